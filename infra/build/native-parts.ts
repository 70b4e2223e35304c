import { execFile } from 'node:child_process';
import { access, glob, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

/** A function's processor architecture, in Lambda's words. */
export type Architecture = 'arm64' | 'x86_64';

/** Files of a function's zip, by their paths in it. */
export type ZipFiles = Readonly<Record<string, Uint8Array>>;

/** Lambda runs Linux with glibc; this is the architecture in Node's and npm's words. */
const nodeArchitectures = { arm64: 'arm64', x86_64: 'x64' } as const;

const lockFile = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
});

/** onnxruntime's library for one architecture; its package has those of all platforms. */
export async function onnxRuntimeFiles(serviceDir: string, architecture: Architecture): Promise<ZipFiles> {
  const directory = path.join(
    serviceDir,
    'node_modules/onnxruntime-node/bin/napi-v6/linux',
    nodeArchitectures[architecture],
  );
  return await readFiles(directory, ['onnxruntime_binding.node', 'libonnxruntime.so.1'], '');
}

/**
 * libheif and its WebAssembly, for every architecture. They are as their package has them, so that anybody can
 * replace them, as their licence (LGPL 3) wants.
 */
export async function libHeifFiles(serviceDir: string): Promise<ZipFiles> {
  const folder = 'node_modules/libheif-js';
  const names = ['libheif.js', 'libheif.wasm', 'LICENSE'].map((name) => `libheif-wasm/${name}`);
  return await readFiles(path.join(serviceDir, folder), ['package.json', ...names], `${folder}/`);
}

/** sharp's library for one architecture: installed where this machine has it, otherwise fetched by npm. */
export async function sharpFiles(serviceDir: string, architecture: Architecture): Promise<ZipFiles> {
  const name = `linux-${nodeArchitectures[architecture]}`;
  const packages = [`node_modules/@img/sharp-${name}`, `node_modules/@img/sharp-libvips-${name}`];
  const isInstalled = await exists(path.join(serviceDir, packages[0] ?? ''));
  const directory = isInstalled ? serviceDir : await fetchPackages(serviceDir, name, packages);
  const files = await Promise.all(
    packages.map(async (folder) => {
      const names = await Array.fromAsync(
        glob(
          ['package.json', 'index.cjs', 'LICENSE', 'README.md', 'lib/*.node', 'lib/*.so.*', 'lib/index.js'],
          {
            cwd: path.join(directory, folder),
          },
        ),
      );
      return await readFiles(path.join(directory, folder), names.toSorted(), `${folder}/`);
    }),
  );
  return Object.fromEntries(files.flatMap((each) => Object.entries(each)));
}

/**
 * Installs packages of another architecture where `npm ci` finds their checksums: in the service's lock file.
 * They are kept until the service's own `npm ci`. Returns the directory that has their `node_modules`.
 */
async function fetchPackages(serviceDir: string, name: string, packages: readonly string[]): Promise<string> {
  const lock = lockFile.parse(JSON.parse(await readFile(path.join(serviceDir, 'package-lock.json'), 'utf8')));
  const locked = Object.fromEntries(packages.map((folder) => [folder, lockedPackage(lock, folder)]));
  // Optional ones: npm installs no others for another architecture than this machine's.
  const optionalDependencies = Object.fromEntries(
    Object.entries(locked).map(([folder, { version }]) => [folder.replace('node_modules/', ''), version]),
  );
  const versions = Object.values(optionalDependencies).join('_');
  const cache = path.join(serviceDir, 'node_modules/.cache/plateline');
  const kept = path.join(cache, `${name}_${versions}`);
  if (await exists(kept)) return kept;

  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(path.join(cache, 'fetch-'));
  try {
    const manifest = { name: 'native-parts', version: '1.0.0', private: true, optionalDependencies };
    await writeFile(path.join(directory, 'package.json'), JSON.stringify(manifest));
    await writeFile(
      path.join(directory, 'package-lock.json'),
      JSON.stringify({ ...lock, name: manifest.name, packages: { '': manifest, ...locked } }),
    );
    const [, cpu = ''] = name.split('-');
    const parameters = ['ci', '--os=linux', `--cpu=${cpu}`, '--libc=glibc', '--ignore-scripts', '--no-audit'];
    await promisify(execFile)('npm', parameters, { cwd: directory });
    // npm only warns where it cannot fetch an optional package.
    await Promise.all(packages.map((folder) => access(path.join(directory, folder, 'package.json'))));
    await rename(directory, kept).catch(async (error: unknown) => {
      // Another packaging was faster.
      if (!(await exists(kept))) throw error;
    });
    return kept;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function lockedPackage({ packages }: z.infer<typeof lockFile>, folder: string) {
  const locked = packages[folder];
  if (!locked?.version) throw new Error(`package-lock.json has no ${folder}.`);
  return { ...locked, version: locked.version };
}

/** Reads files of a directory; their paths in the zip get the prefix. */
export async function readFiles(
  directory: string,
  names: readonly string[],
  prefix: string,
): Promise<ZipFiles> {
  const entries = await Promise.all(
    names.map(async (name) => [`${prefix}${name}`, await readFile(path.join(directory, name))] as const),
  );
  return Object.fromEntries(entries);
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
