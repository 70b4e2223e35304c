import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { test } from 'vitest';

const picture = path.resolve(import.meta.dirname, '../../../infra/local/samples/pictures/empty-road.png');
const command = path.resolve(import.meta.dirname, '../../../cli/plateline.js');

test('reading leaves no file of a telemetry behind, in worker threads neither', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plateline-telemetry-'));
  context.onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  // Without CI in the environment, where the library is silent by itself.
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder };
  await promisify(execFile)(process.execPath, [command, 'read', picture], { env });
  assert.deepEqual(readdirSync(folder), []);
});
