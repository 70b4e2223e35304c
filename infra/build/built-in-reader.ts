import path from 'node:path';
import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { bundleFunctions } from './bundle.ts';
import { leaveOut } from './leave-out.ts';
import {
  libHeifFiles,
  onnxRuntimeFiles,
  readFiles,
  sharpFiles,
  type Architecture,
  type ZipFiles,
} from './native-parts.ts';

/**
 * What the function needs besides its own module to read pictures itself: the module that starts the reader's
 * process, that process's program, the models, and the native library for one architecture.
 */
export async function builtInReaderFiles(serviceDir: string, architecture: Architecture): Promise<ZipFiles> {
  const readerDirectory = path.join(serviceDir, 'functions/plate-reader');
  const modules = {
    'built-in-reader': path.join(serviceDir, 'functions/read-plate/built-in-reader.ts'),
    'reader-process': path.join(readerDirectory, 'reader-process.ts'),
  };
  const models = ['models.json', 'locator.onnx', 'recogniser.onnx'];
  return {
    ...(await bundleModules(modules, [nativeLibraries])),
    ...(await readFiles(path.join(readerDirectory, 'models'), models, 'models/')),
    ...(await onnxRuntimeFiles(serviceDir, architecture)),
  };
}

/**
 * What the function needs besides its own module to decode pictures: the modules that prepare them and that
 * keep crops, the programs of their processes, sharp and libheif. Nothing of it is loaded before a picture needs it.
 */
export async function decoderFiles(serviceDir: string, architecture: Architecture): Promise<ZipFiles> {
  const functions = path.join(serviceDir, 'functions');
  const modules = {
    'picture-preparer': path.join(functions, 'read-plate/picture-preparer.ts'),
    'crop-keeper': path.join(functions, 'read-plate/crop-keeper.ts'),
  };
  const programs = {
    'preparation-process': path.join(functions, 'plate-reader/preparation-process.ts'),
    'crop-process': path.join(functions, 'plate-reader/crop-process.ts'),
  };
  return {
    ...(await bundleModules(modules, leaveOut)),
    ...(await bundleModules(programs, [nativeLibraries])),
    ...(await sharpFiles(serviceDir, architecture)),
    ...(await libHeifFiles(serviceDir)),
  };
}

/** What the function needs besides its own module to hide plates. */
export async function plateHiderFiles(serviceDir: string): Promise<ZipFiles> {
  const plateHider = path.join(serviceDir, 'functions/read-plate/plate-hider.ts');
  return await bundleModules({ 'plate-hider': plateHider }, leaveOut);
}

async function bundleModules(
  entryPoints: Readonly<Record<string, string>>,
  plugins: readonly Plugin[],
): Promise<ZipFiles> {
  const bundles = await bundleFunctions(entryPoints, plugins);
  return Object.fromEntries([...bundles].map(([name, bundle]) => [`${name}.mjs`, bundle]));
}

/**
 * Leaves the libraries that are no modules out of the bundle. Those of sharp and libheif are in node_modules
 * next to the bundle; onnxruntime's lies next to it.
 */
const nativeLibraries: Plugin = {
  name: 'native libraries',
  setup(build) {
    build.onResolve({ filter: /^@img\/sharp|\.node$|^libheif-js\// }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
    build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const contents = source.replace(
        /require\(`\.\.\/bin\/[^`]*`\)/,
        "require('./onnxruntime_binding.node')",
      );
      if (contents === source) throw new Error('onnxruntime-node loads its library in another way.');
      return { contents, loader: 'js' };
    });
  },
};
