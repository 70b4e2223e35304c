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
  const { firstNext, firstResponse } = await startCold(slow, {}, {});
  assert.ok(firstNext.elapsedMs >= 300, `${firstNext.elapsedMs} ms`);
  const handlingMs = firstResponse.elapsedMs - firstNext.elapsedMs;
  assert.ok(handlingMs >= 490, `${handlingMs} ms`);
});

test('processor time is that of the work, not of the wait', async (context) => {
  const busy = await writeFunction(
    context,
    `const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
     while (used() < 300);
     export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000));`,
  );
  const { firstNext, firstResponse } = await startCold(busy, {}, {});
  // Other systems than Linux do not say what another process has used.
  const isCounted = process.platform === 'linux';
  assert.equal(firstNext.processorMs >= 290, isCounted, `${firstNext.processorMs} ms`);
  const handlingMs = firstResponse.processorMs - firstNext.processorMs;
  assert.equal(handlingMs < 1000, isCounted, `${handlingMs} ms`);
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

test('a function that cannot be loaded, that throws or that returns its message is no measurement', async (context) => {
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
