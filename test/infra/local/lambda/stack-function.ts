import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A function of a test's own, as a module's source with an export `handler`; its file is removed after the tests of the file that asked for it. */
export function writeFunction(source: string): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'plateline-test-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const functionPath = path.join(directory, 'function.mjs');
  writeFileSync(functionPath, source);
  return functionPath;
}
