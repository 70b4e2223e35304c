import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'vitest';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { createCutCrop } from '../../../functions/plate-reader/isolated-crop.ts';
import { drawQuarters } from './drawn-files.ts';

const box = { x1: 10, y1: 10, x2: 50, y2: 10, x3: 50, y3: 30, x4: 10, y4: 30 };
const timeoutMs = 60_000;

/** A program of its own in the process. */
async function programOf(t: TestContext, source: string): Promise<URL> {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-crop-'));
  t.onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'program.mjs');
  await writeFile(file, source);
  return pathToFileURL(file);
}

const isCropFailed = (error: unknown) => error instanceof OutsideError && error.code === 'CROP_FAILED';

test('the parts of a picture become one crop', async () => {
  const jpeg = await drawQuarters().jpeg().toBuffer();
  const cut = await createCutCrop({ timeoutMs })([jpeg.subarray(0, 100), jpeg.subarray(100)], box);
  assert.ok(cut.kind === 'cut');
  assert.deepEqual([...cut.jpeg.subarray(0, 2)], [0xff, 0xd8]);
});

test('a picture of which no crop can be cut has its reason', async () => {
  const cut = await createCutCrop({ timeoutMs })([Buffer.from('no picture')], box);
  assert.ok(cut.kind === 'refused');
  assert.equal(cut.reason.code, 'UNKNOWN_FILE_TYPE');
});

test('a picture that crashes the decoder loses only its crop', async (t) => {
  const program = await programOf(t, 'process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000);');
  // More than a pipe holds, so that the process ends while it is written to.
  await assert.rejects(createCutCrop({ timeoutMs, program })([Buffer.alloc(2_000_000)], box), isCropFailed);
});

test('a crop that takes too long is given up', async (t) => {
  const program = await programOf(t, 'setInterval(() => {}, 1000);');
  await assert.rejects(createCutCrop({ timeoutMs: 300, program })([Buffer.alloc(10)], box), isCropFailed);
});

test('the process has none of the credentials of the function', async (t) => {
  const program = await programOf(t, 'process.stdout.write(Object.keys(process.env).join());');
  const cut = await createCutCrop({ timeoutMs, program })([Buffer.alloc(10)], box);
  assert.ok(cut.kind === 'cut');
  assert.doesNotMatch(Buffer.from(cut.jpeg).toString(), /AWS|PATH,|HOME/);
});
