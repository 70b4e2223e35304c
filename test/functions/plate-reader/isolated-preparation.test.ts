import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'vitest';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { createPreparePicture } from '../../../functions/plate-reader/isolated-preparation.ts';
import { drawQuarters } from './drawn-files.ts';

const timeoutMs = 60_000;
const maxBytes = 5_000_000;

/** A program of its own in the process. */
async function programOf(t: TestContext, source: string): Promise<URL> {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-preparation-'));
  t.onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'program.mjs');
  await writeFile(file, source);
  return pathToFileURL(file);
}

const isNotStarted = (error: unknown) =>
  error instanceof OutsideError && error.code === 'PREPARATION_NOT_STARTED';

test('the parts of a picture become one JPEG, with the size of both', async () => {
  const webp = await drawQuarters().webp().toBuffer();
  const prepared = await createPreparePicture({ timeoutMs })(
    [webp.subarray(0, 100), webp.subarray(100)],
    maxBytes,
  );
  assert.ok(prepared.kind === 'prepared');
  assert.deepEqual([...prepared.jpeg.subarray(0, 2)], [0xff, 0xd8]);
  assert.deepEqual([...prepared.jpeg.subarray(-2)], [0xff, 0xd9]);
  assert.deepEqual(prepared.stored, { width: 64, height: 48, orientation: 1 });
  assert.deepEqual([prepared.width, prepared.height], [64, 48]);
});

test('a picture that cannot be decoded has its reason', async () => {
  const prepared = await createPreparePicture({ timeoutMs })([Buffer.from('no picture')], maxBytes);
  assert.ok(prepared.kind === 'refused');
  assert.equal(prepared.reason.code, 'UNKNOWN_FILE_TYPE');
});

test('a picture that crashes the decoder fails alone', async (t) => {
  const program = await programOf(t, 'process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000);');
  // More than a pipe holds, so that the process ends while it is written to.
  const prepared = await createPreparePicture({ timeoutMs, program })([Buffer.alloc(2_000_000)], maxBytes);
  assert.ok(prepared.kind === 'failed');
  assert.equal(prepared.reason.code, 'PREPARATION_CRASHED');
});

test('a picture that takes too long is given up', async (t) => {
  const program = await programOf(t, 'setInterval(() => {}, 1000);');
  const prepared = await createPreparePicture({ timeoutMs: 300, program })([Buffer.alloc(10)], maxBytes);
  assert.ok(prepared.kind === 'failed');
  assert.equal(prepared.reason.code, 'PREPARATION_TIMED_OUT');
});

test('a decoder that cannot be loaded is no fault of the picture', async (t) => {
  const program = await programOf(t, 'process.exit(4);');
  await assert.rejects(
    createPreparePicture({ timeoutMs, program })([Buffer.alloc(10)], maxBytes),
    isNotStarted,
  );
});

test('the process has none of the credentials of the function', async (t) => {
  const program = await programOf(
    t,
    `process.stdout.write(JSON.stringify({ width: 1, height: 1, stored: { width: 1, height: 1, orientation: 1 } }) + '\\n' + Object.keys(process.env).join());`,
  );
  const prepared = await createPreparePicture({ timeoutMs, program })([Buffer.alloc(10)], maxBytes);
  assert.ok(prepared.kind === 'prepared');
  assert.doesNotMatch(Buffer.from(prepared.jpeg).toString(), /AWS|PATH,|HOME/);
});
