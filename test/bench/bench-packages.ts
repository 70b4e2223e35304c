import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Not in `test/bench`, where these packages would stand in for the project's own whenever something there imports one. */
const packagesDirectory = new URL('../../.build/bench-packages/', import.meta.url);

/** What is installed and copied there by `installBenchPackages`: a module that finds its packages beside it, as on Lambda. */
export const usualWayPath = fileURLToPath(new URL('usual-way.mjs', packagesDirectory));

/** Copied there, too, since it needs a package that only the bench has. */
export const tlsFrontPath = fileURLToPath(new URL('tls-front-process.mjs', packagesDirectory));

/** AWS's client of the runtime API; it is native code, which npm leaves out where it cannot build it. */
export const awsRuntimeClientDirectory = new URL('node_modules/aws-lambda-ric/', packagesDirectory);

/** Installs what the bench needs besides the project's own packages, unless it is there. Throws where npm fails. */
export async function installBenchPackages(progress: (sentence: string) => void): Promise<void> {
  await mkdir(packagesDirectory, { recursive: true });
  await cp(new URL('references/usual-way.mjs', import.meta.url), usualWayPath);
  await cp(new URL('tls-front-process.mjs', import.meta.url), tlsFrontPath);
  const wanted = await readFile(new URL('package-lock.json', import.meta.url));
  if (wanted.equals(await readInstalled())) return;
  progress("Installing the bench's own packages, which takes up to a minute");
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(new URL(file, import.meta.url), new URL(file, packagesDirectory));
  }
  await promisify(execFile)('npm', ['ci'], { cwd: packagesDirectory });
  await cp(new URL('package-lock.json', import.meta.url), installed);
}

/** The lock file of the last installation that came to its end. */
const installed = new URL('node_modules/installed-package-lock.json', packagesDirectory);

async function readInstalled(): Promise<Buffer> {
  try {
    return await readFile(installed);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
