import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { eventually } from '../eventually.ts';
import { copyService } from './service-copy.ts';

/** Emptied before each test run. */
export const deployedPackagesDirectory = path.resolve(import.meta.dirname, '../../.build/deployed-packages');

/** Longer than osls takes on a machine that is busy with everything else. */
const patienceMs = 300_000;

const oslsRun = z.object({ exitCode: z.number(), output: z.string() });

/**
 * Returns the directory of what `osls deploy` would upload with these parameters. It is packaged once in a
 * test run, by the test file that asks first; all others wait for it. No test may change it.
 */
export async function deployedPackage(parameters: readonly string[]): Promise<string> {
  const directory = path.join(deployedPackagesDirectory, encodeURIComponent(parameters.join(' ')));
  const packaged = path.join(directory, 'packaged');
  const runFile = path.join(directory, 'osls-run.json');
  if (await isFirstToMake(directory)) {
    const service = await copyService();
    const run = await service.osls(['package', '--package', 'packaged', ...parameters]);
    if (run.exitCode === 0) await cp(path.join(service.directory, 'packaged'), packaged, { recursive: true });
    await service.remove();
    await writeFile(`${runFile}.unfinished`, JSON.stringify(run));
    await rename(`${runFile}.unfinished`, runFile);
  }
  const finished = await eventually('the package', () => readFile(runFile, 'utf8').catch(() => undefined), {
    patienceMs,
  });
  const { exitCode, output } = oslsRun.parse(JSON.parse(finished));
  assert.equal(exitCode, 0, output);
  return packaged;
}

async function isFirstToMake(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
