import assert from 'node:assert/strict';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { test } from 'vitest';
import { koreaDayOf } from '../../functions/core/record/usage.ts';
import { jsonError } from '../../infra/local/aws/fault-proxy.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from './pipeline.ts';

/** All counters by camera, added up over the days: midnight may pass during a test. */
async function usageOf({ stack }: Pipeline) {
  const client = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName: stack.usageTableName }));
  client.destroy();
  const usage: Record<string, Record<string, number>> = {};
  const hours: Record<string, number> = {};
  const days = new Set<unknown>();
  // The item that counts the cameras of a day has a partition of its own.
  const ofCameras = items.map((item) => unmarshall(item)).filter((item) => 'pictures' in item);
  for (const { day, camera, ...counts } of ofCameras) {
    days.add(day);
    const sums = (usage[String(camera)] ??= {});
    for (const [name, count] of Object.entries(counts)) {
      const kept = /\d$/.test(name) ? hours : sums;
      kept[name] = (kept[name] ?? 0) + Number(count);
    }
  }
  return { usage, hours, days };
}

const none = {
  pictures: 0,
  reads: 0,
  noPlates: 0,
  unreadable: 0,
  rejected: 0,
  gone: 0,
  unavailable: 0,
  calls: 0,
  capturedAtFaults: 0,
  keysNotMatched: 0,
};

test('what each camera used is counted by day, a failed call included, a second delivery not', async (t) => {
  const startedMs = Date.now();
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  const { vehiclePlateEndpoint } = pipeline.stack;
  vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'failure', resultCode: 5000001 } });
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.upload('gate/2.png', pictureOf('22가2222'), { camera: 'yard' });
  await pipeline.upload('gate/3.png', pictureOf());
  await pipeline.upload('gate/4.png', Buffer.from('no picture'));
  const event = { Records: [await pipeline.uploadQuietly('5.png', pictureOf('55가5555'))] };
  await pipeline.send(event);
  for (const key of ['gate/2.png', 'gate/3.png', 'gate/4.png', '5.png'])
    await pipeline.recordOf(key, isFinal);
  await pipeline.queueIsEmpty();
  await pipeline.send(event);
  await pipeline.queueIsEmpty();

  const { usage, hours, days } = await usageOf(pipeline);
  assert.deepEqual(usage, {
    gate: { ...none, pictures: 3, reads: 1, noPlates: 1, rejected: 1, calls: 3 },
    yard: { ...none, pictures: 1, reads: 1, calls: 1 },
    '/': { ...none, pictures: 1, reads: 1, calls: 1 },
  });
  // Four readings of the same hour, or of the two hours at its turn.
  const inHours = (name: string) =>
    Object.entries(hours).reduce((sum, [of, count]) => sum + (of.startsWith(name) ? count : 0), 0);
  assert.deepEqual([inHours('reads'), inHours('noPlates'), inHours('unreadable')], [3, 1, 0]);
  const today = new Set([koreaDayOf(startedMs), koreaDayOf(Date.now())]);
  assert.ok(days.isSubsetOf(today));
  assert.equal(vehiclePlateEndpoint.calls.length, 5);
});

test('usage that cannot be counted costs no picture anything, and has a metric and a line in the log', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  const { dynamodb, usageTableName, vehiclePlateEndpoint } = pipeline.stack;
  dynamodb.fail({
    when: ({ body }) => body?.includes(usageTableName) ?? false,
    fault: jsonError('AccessDeniedException'),
    times: Infinity,
  });
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  const record = await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.queueIsEmpty();
  assert.deepEqual([record['status'], record['attempts']], ['READ', 1]);
  assert.equal(vehiclePlateEndpoint.calls.length, 1);
  assert.ok(pipeline.log.some((line) => line.includes('"UsageNotCounted":1')));
  assert.ok(pipeline.log.some((line) => line.includes('DYNAMODB_ACCESSDENIEDEXCEPTION')));
  assert.deepEqual((await usageOf(pipeline)).usage, {});
});
