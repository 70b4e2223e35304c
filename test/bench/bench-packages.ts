import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Outside `test/bench`, so that no file there imports one of these packages instead of the project's own. */
const packagesDirectory = new URL('../../.build/bench-packages/', import.meta.url);

/** The programs that need a package of the bench. Copies of them find it next to them, as on Lambda. */
const programs = {
  usualWay: 'references/usual-way.mjs',
  tlsFront: 'tls-front-process.mjs',
  drawCharts: 'draw-charts.mjs',
} as const;

/** The usual way's function. */
export const usualWayPath = copyOf(programs.usualWay);

/** The process that speaks TLS. */
export const tlsFrontPath = copyOf(programs.tlsFront);

/** The process that draws charts. */
export const drawChartsPath = copyOf(programs.drawCharts);

/** AWS's client of the runtime API. npm leaves it out where it cannot build its native code. */
export const awsRuntimeClientDirectory = new URL('node_modules/aws-lambda-ric/', packagesDirectory);

/** Installs the packages that only the bench needs, unless they are there. Throws where npm fails. */
export async function installBenchPackages(progress: (sentence: string) => void): Promise<void> {
  await mkdir(packagesDirectory, { recursive: true });
  for (const program of Object.values(programs)) {
    await cp(new URL(program, import.meta.url), copyOf(program));
  }
  const wanted = await readFile(new URL('package-lock.json', import.meta.url));
  if (wanted.equals(await readInstalled())) return;
  progress("Installing the bench's own packages, which takes up to a minute");
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(new URL(file, import.meta.url), new URL(file, packagesDirectory));
  }
  await promisify(execFile)('npm', ['ci'], { cwd: packagesDirectory });
  await cp(new URL('package-lock.json', import.meta.url), installed);
}

function copyOf(program: string): string {
  return fileURLToPath(new URL(path.basename(program), packagesDirectory));
}

/** The lock file of the last installation that succeeded. */
const installed = new URL('node_modules/installed-package-lock.json', packagesDirectory);

async function readInstalled(): Promise<Buffer> {
  try {
    return await readFile(installed);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
