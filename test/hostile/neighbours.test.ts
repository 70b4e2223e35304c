import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { PictureStore } from '../../functions/adapters/picture-store.ts';
import type { VehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import { readReply as replyFrom } from '../../functions/core/contract/reply.ts';
import { createAskEndpoint } from '../../functions/read-plate/ask-endpoint.ts';
import { createBatchHandler } from '../../functions/read-plate/batch.ts';
import { createReadPicture } from '../../functions/read-plate/read-picture.ts';
import { closedBreaker } from '../fakes/closed-breaker.ts';
import { createInMemoryReadingsTable } from '../fakes/in-memory-readings-table.ts';
import { createInMemorySecretStore } from '../fakes/in-memory-secret-store.ts';
import { makeJpeg } from '../fakes/pictures.ts';
import { createRecordingQueue } from '../fakes/recording-queue.ts';
import { createRecordingTelemetry } from '../fakes/recording-telemetry.ts';
import { createRecordingUsageTable } from '../fakes/recording-usage-table.ts';
import { makeS3Body, makeS3Record } from '../fakes/s3-events.ts';
import { makeSqsRecord } from '../fakes/sqs-record.ts';
import { readReply } from '../fakes/scripted-endpoint.ts';

const nowMs = Date.parse('2026-11-22T08:15:04.000Z');
const keys = ['before.jpg', 'hostile.jpg', 'after.jpg'];
const jpeg = makeJpeg(1920, 1080);

/** Reads three pictures in one batch, the one in the middle with these bytes and answered like this. */
async function read(hostileBytes: Uint8Array, hostileReply: typeof readReply) {
  const telemetry = createRecordingTelemetry();
  const table = createInMemoryReadingsTable();
  const pictures: PictureStore = {
    fetch: ({ key }) =>
      Promise.resolve({
        kind: 'fetched',
        parts: [key === 'hostile.jpg' ? hostileBytes : jpeg],
        metadata: {},
      }),
  };
  const endpoint: VehiclePlateEndpoint = {
    ask: ({ parts: [bytes] }) =>
      Promise.resolve({ reply: bytes === hostileBytes ? hostileReply : readReply, calls: 1 }),
  };
  let owners = 0;
  const handleBatch = createBatchHandler({
    readPicture: createReadPicture({
      table,
      pictures,
      askForPlates: createAskEndpoint({
        breaker: closedBreaker,
        secrets: createInMemorySecretStore({ appKey: 'app-key', secretKey: 'secret-key' }),
        endpoint,
        now: () => nowMs,
      }),
      settings: {
        ocrTimeoutMs: 15_000,
        retentionDays: 90,
        reviewBelowConfidence: 0.8,
        keyTemplate: undefined,
      },
      now: () => nowMs,
      newClaimOwner: () => `owner-${++owners}`,
    }),
    queue: createRecordingQueue(),
    usageTable: createRecordingUsageTable(),
    telemetry,
    ocrConcurrency: 3,
    now: () => nowMs,
    random: () => 0.5,
  });
  const { batchItemFailures } = await handleBatch(
    {
      Records: keys.map((key) =>
        makeSqsRecord({ messageId: key, body: makeS3Body(makeS3Record({ key })), sentMs: nowMs }),
      ),
    },
    { getRemainingTimeInMillis: () => 60_000 },
  );
  const outcomes = Object.fromEntries(
    telemetry.ended.map(({ messageId, outcome }) => [messageId, outcome.kind]),
  );
  return { outcomes, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), telemetry };
}

/** The neighbours are read, and the hostile one comes back exactly if it waits. */
function judge({ outcomes, failed, telemetry }: Awaited<ReturnType<typeof read>>): void {
  assert.deepEqual([outcomes['before.jpg'], outcomes['after.jpg']], ['read', 'read']);
  const waits = outcomes['hostile.jpg'] === 'wait' || outcomes['hostile.jpg'] === 'misconfigured';
  assert.deepEqual(failed, waits ? ['hostile.jpg'] : []);
  assert.deepEqual(telemetry.troubled, []);
}

describe('the neighbours in a batch are read', () => {
  test('whatever the bytes of a picture are', async () => {
    const anyPicture = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.concat([jpeg.subarray(0, 3), bytes])),
      fc.nat({ max: jpeg.length }).map((length) => jpeg.slice(0, length)),
    );
    await fc.assert(
      fc.asyncProperty(anyPicture, async (bytes) => {
        judge(await read(bytes, readReply));
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });

  test('whatever the endpoint replies to a picture', async () => {
    const anyBody = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ header: fc.anything(), result: fc.anything() }).map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 599 }),
        anyBody,
        fc.option(fc.nat()),
        async (status, body, retry) => {
          const reply = replyFrom(status, body, retry ?? undefined);
          judge(await read(makeJpeg(1280, 720), reply));
        },
      ),
      { seed: 20261122, numRuns: 1000 },
    );
  });
});
