import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'vitest';
import { startCold } from './cold-start-process.ts';

test('the time to the first event holds the loading, and the time to the first response the handling as well', async (context) => {
  const slow = await writeFunction(
    context,
    `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     await wait(300);
     export const handler = async () => { await wait(500); };`,
  );
  const { untilFirstNextMs, untilFirstResponseMs } = await startCold(slow, {}, {});
  assert.ok(untilFirstNextMs >= 300, `${untilFirstNextMs} ms`);
  assert.ok(untilFirstResponseMs - untilFirstNextMs >= 490, `${untilFirstResponseMs - untilFirstNextMs} ms`);
});

test('a function gets its event, its environment and the time it has left', async (context) => {
  const attentive = await writeFunction(
    context,
    `export const handler = async ({ greeting }, { getRemainingTimeInMillis }) => {
       if (greeting !== 'hello' || process.env.ANSWER !== '42' || !(getRemainingTimeInMillis() > 1000)) throw new Error();
     };`,
  );
  await startCold(attentive, { greeting: 'hello' }, { ANSWER: '42' });
});

test('a function that cannot be loaded, that throws or that gives its message back is no measurement', async (context) => {
  const broken = await writeFunction(context, "throw new Error('broken while loading');");
  await assert.rejects(startCold(broken, {}, {}), /broken while loading/);
  const throwing = await writeFunction(
    context,
    "export const handler = async () => { throw new Error('broken while handling'); };",
  );
  await assert.rejects(startCold(throwing, {}, {}), /broken while handling/);
  const unable = await writeFunction(
    context,
    "export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: 'message' }] });",
  );
  await assert.rejects(startCold(unable, {}, {}), /batchItemFailures/);
});

async function writeFunction(context: TestContext, source: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-cold-'));
  context.onTestFinished(() => rm(directory, { recursive: true }));
  const modulePath = path.join(directory, 'function.mjs');
  await writeFile(modulePath, source);
  return modulePath;
}
