import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/**
 * Writes a module with an export `handler`, and returns its path. The module is deleted after the test file.
 */
export function writeFunction(source: string): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'plateline-test-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const functionPath = path.join(directory, 'function.mjs');
  writeFileSync(functionPath, source);
  return functionPath;
}
