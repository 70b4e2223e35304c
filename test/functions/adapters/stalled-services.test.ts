import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { createSourceQueue } from '../../../functions/adapters/source-queue.ts';
import { createReadingsTable } from '../../../functions/adapters/readings-table.ts';
import { createSecretStore } from '../../../functions/adapters/secret-store.ts';
import { createUsageTable } from '../../../functions/adapters/usage-table.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { clientConfiguration } from './client-configuration.ts';
import { startServer } from './start-server.ts';
import { within } from './within.ts';

const usageIncrement = {
  day: '2026-11-22',
  camera: 'gate',
  counts: {
    pictures: 1,
    reads: 1,
    noPlates: 0,
    unreadable: 0,
    rejected: 0,
    gone: 0,
    unavailable: 0,
    calls: 1,
    capturedAtFaults: 0,
    keysNotMatched: 0,
  },
};

const requests: Record<string, (url: string) => Promise<unknown>> = {
  SSM: (url) =>
    createSecretStore(
      { appKeyParameter: '/app', secretKeyParameter: '/secret', secretTtlMs: 1000 },
      () => 0,
      clientConfiguration(url),
    ).current(),
  SQS: (url) =>
    createSourceQueue(clientConfiguration(url)).delay('arn:aws:sqs:ap-northeast-2:000000000000:pictures', [
      { receiptHandle: 'handle', delaySeconds: 1 },
    ]),
  'DYNAMODB of the readings': (url) =>
    createReadingsTable('readings', clientConfiguration(url)).release('image', 'owner', {
      reason: { code: 'CODE', message: 'A sentence.' },
      nextTryAt: '2026-11-22T08:15:00.000Z',
      calls: 0,
    }),
  'DYNAMODB of the usage': (url) => createUsageTable('usage', clientConfiguration(url)).add([usageIncrement]),
};

describe(
  'a reply that begins and never ends costs its picture five seconds, not the invocation:',
  { concurrent: true },
  () => {
    for (const [service, request] of Object.entries(requests)) {
      test(service, async (t) => {
        const { url } = await startServer(t, (_request, response) => {
          response
            .writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 100 })
            .write('{');
        });
        await assert.rejects(
          within(6000, request(url)),
          (error) => error instanceof OutsideError && error.code.startsWith(service.split(' ')[0] ?? ''),
        );
      });
    }
  },
);

test('a claim that is refused late, by a table that cannot be read then, takes no more than five seconds in all', async (t) => {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'content-length': 100 };
  let updates = 0;
  const { url } = await startServer(t, (request, response) => {
    if (request.headers['x-amz-target'] === 'DynamoDB_20120810.GetItem') {
      response.writeHead(200, headers).write('{');
      return;
    }
    updates += 1;
    // Two attempts of two seconds each fail.
    if (updates <= 2) return;
    const refusal = JSON.stringify({ __type: 'ConditionalCheckFailedException' }).padEnd(100);
    response.writeHead(400, headers).end(refusal);
  });
  const claim = createReadingsTable('readings', clientConfiguration(url)).claim(
    'image',
    {
      bucket: 'pictures',
      key: 'gate/1.jpg',
      camera: 'gate',
      uploadedAt: '2026-11-22T08:15:00.000Z',
      capturedAt: '2026-11-22T08:15:00.000Z',
      capturedAtSource: 'upload',
      expiresAt: 1_900_000_000,
    },
    { owner: 'owner', nowMs: 0, untilMs: 60_000 },
  );
  await assert.rejects(within(6500, claim), OutsideError);
  assert.equal(updates, 3);
});
