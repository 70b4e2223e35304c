import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { parseNotification } from '../../functions/core/message/notification.ts';
import { OutsideError } from '../../functions/core/record/reason.ts';
import { createAskEndpoint } from '../../functions/read-plate/ask-endpoint.ts';
import { createBatchHandler } from '../../functions/read-plate/batch.ts';
import { createReadPicture } from '../../functions/read-plate/read-picture.ts';
import { closedBreaker } from '../fakes/closed-breaker.ts';
import { createInMemoryPictureStore } from '../fakes/in-memory-picture-store.ts';
import { createInMemoryReadingsTable } from '../fakes/in-memory-readings-table.ts';
import { createInMemorySecretStore } from '../fakes/in-memory-secret-store.ts';
import { createRecordingQueue } from '../fakes/recording-queue.ts';
import { createRecordingTelemetry } from '../fakes/recording-telemetry.ts';
import { createRecordingUsageTable } from '../fakes/recording-usage-table.ts';
import { makeEventBridgeBody, makeS3Body, makeS3Record, wrapInSns } from '../fakes/s3-events.ts';
import { makeSqsRecord } from '../fakes/sqs-record.ts';
import { createScriptedEndpoint, readReply } from '../fakes/scripted-endpoint.ts';

const nowMs = Date.parse('2026-11-22T08:15:05.000Z');

/** Names that mean something to a parser, a prototype or this pipeline. */
const loadedString = fc.constantFrom(
  '__proto__',
  'constructor',
  'Records',
  'aws:s3',
  'ObjectCreated:Put',
  's3:TestEvent',
  '9999-12-31T23:59:59-12:00',
  'null',
  '%',
  '%00',
  '\u0000',
  '\ud800',
  '../../',
  '"',
);
const anyString = fc.oneof(fc.string({ unit: 'binary', maxLength: 200, size: 'max' }), loadedString);
const anyJsonValue = fc.anything({
  values: [fc.integer(), fc.double(), fc.boolean(), fc.constant(null), anyString],
  key: anyString,
  maxDepth: 4,
});

/** The places of an event in any envelope, at which something else is put. */
const replacement = fc.record({ place: fc.nat(40), value: anyJsonValue });

/** The JSON text with something else at some of its values; objects and lists count as values, too. */
function replaceValues(json: string, replacements: readonly { place: number; value: unknown }[]): string {
  let place = 0;
  return JSON.stringify(
    JSON.parse(json, (_name, value: unknown) => {
      const found = replacements.find((entry) => entry.place === place);
      place += 1;
      return found ? found.value : value;
    }),
  );
}

const wholeBodies = [
  makeS3Body(makeS3Record({ key: 'hostile.jpg' }), makeS3Record({ key: 'another.jpg', versionId: 'v1' })),
  wrapInSns(makeS3Body(makeS3Record({ key: 'hostile.jpg' }))),
  makeEventBridgeBody({ key: 'hostile.jpg' }),
  wrapInSns(wrapInSns(makeEventBridgeBody({ key: 'hostile.jpg' }))),
  JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'pictures' }),
];

const mutatedEvent = fc
  .tuple(fc.constantFrom(...wholeBodies), fc.array(replacement, { minLength: 1, maxLength: 3 }))
  .map(([body, replacements]) => replaceValues(body, replacements));

const hostileBody = fc.oneof(
  anyString,
  anyJsonValue.map((value) => JSON.stringify(value)),
  anyJsonValue.map((value) => JSON.stringify({ Records: [value] })),
  anyString.map(wrapInSns),
  mutatedEvent,
  // Cut off in the middle.
  fc.tuple(mutatedEvent, fc.nat(500)).map(([body, length]) => body.slice(0, length)),
);

/** Every property that a prototype has at first, and nothing else. */
const prototypeNames = () =>
  [Object.prototype, Array.prototype, String.prototype].map((prototype) => Reflect.ownKeys(prototype));
const untouchedPrototypeNames = prototypeNames();

describe('any message', () => {
  test('gives images that can be read, or faults that quote nothing of it', () => {
    fc.assert(
      fc.property(hostileBody, (body) => {
        const { objects: images, faults } = parseNotification(body);
        for (const image of images) {
          assert(image.key.isWellFormed() && Buffer.byteLength(image.key) <= 1024);
          assert.match(image.imageId, /^s3:\/\/[\w.-]+\/[!-~]+\?(versionId|etag)=[!-~]+$/);
          assert(Buffer.byteLength(image.imageId) <= 2048);
          assert.equal(new Date(image.uploadedAt).toISOString(), image.uploadedAt);
        }
        for (const fault of faults) assert.match(fault, /^(The body|A record|An S3 event) [\w .,:-]+\.$/);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('leaves every prototype as it was', () => {
    fc.assert(
      fc.property(hostileBody, (body) => {
        parseNotification(body);
        assert.deepEqual(prototypeNames(), untouchedPrototypeNames);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  for (const [what, body] of Object.entries({
    'half a million open brackets': '['.repeat(500_000),
    'half a million nested objects': '{"a":'.repeat(200_000),
    'a nesting of 100,000 lists': '['.repeat(100_000) + ']'.repeat(100_000),
    'a nesting of lists where the records should be': `{"Records":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'a megabyte of digits': '9'.repeat(1024 * 1024),
    'a megabyte of percent signs as a key': makeS3Body(makeS3Record({ key: '%'.repeat(1024 * 1024) })),
    'a megabyte of a time': makeS3Body(
      makeS3Record({ key: '1' }, { eventTime: `2026-11-22T08:15:00.${'0'.repeat(1024 * 1024)}!` }),
    ),
    'a megabyte of empty records': `{"Records":[${'{},'.repeat(349_000)}{}]}`,
  })) {
    test(`is judged within ten seconds: ${what}`, () => {
      const startedAt = performance.now();
      parseNotification(body);
      const tookMs = performance.now() - startedAt;
      assert(tookMs < 10_000, `it took ${tookMs} ms`);
    });
  }
});

test('the faults of a message of a megabyte fit into a log line and a message attribute', () => {
  const { faults } = parseNotification(`{"Records":[${'{},'.repeat(349_000)}{}]}`);
  const sizeBytes = Buffer.byteLength(faults.join(' '));
  assert(sizeBytes < 10_000, `${faults.length} faults have ${sizeBytes} bytes`);
});

describe('any batch', () => {
  type Message =
    | { readonly kind: 'done' }
    | { readonly kind: 'waits' }
    | { readonly kind: 'hostile'; readonly body: string };
  const batch = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: hostileBody.map((body): Message => ({ kind: 'hostile', body })) },
      { weight: 1, arbitrary: fc.constant<Message>({ kind: 'done' }) },
      { weight: 1, arbitrary: fc.constant<Message>({ kind: 'waits' }) },
    ),
    { minLength: 1, maxLength: 10, size: 'max' },
  );

  const idOf = ({ kind }: Message, index: number) => `${kind}-${index}`;
  /** No hostile message names it by chance. */
  const keyOf = (message: Message, index: number) => `neighbours of the hostile/${idOf(message, index)}`;
  const bodyOf = (message: Message, index: number) =>
    message.kind === 'hostile'
      ? message.body
      : makeS3Body(makeS3Record({ key: encodeURIComponent(keyOf(message, index)) }));

  /**
   * Hands a batch to the real use case, whose outside systems are in memory; S3 fails for the pictures that
   * are to wait.
   */
  async function handle(messages: readonly Message[]) {
    const table = createInMemoryReadingsTable();
    const queue = createRecordingQueue();
    const telemetry = createRecordingTelemetry();
    const stored = createInMemoryPictureStore();
    const handleBatch = createBatchHandler({
      readPicture: createReadPicture({
        table,
        pictures: {
          fetch: (image) =>
            image.key.includes('/waits-')
              ? Promise.reject(new OutsideError('S3_SLOWDOWN', 'A request to S3 failed.', undefined))
              : stored.fetch(image),
        },
        askForPlates: createAskEndpoint({
          breaker: closedBreaker,
          secrets: createInMemorySecretStore({ appKey: 'app-key', secretKey: 'secret-key' }),
          endpoint: createScriptedEndpoint(readReply),
          now: () => nowMs,
        }),
        settings: {
          ocrTimeoutMs: 15_000,
          retentionDays: 90,
          reviewBelowConfidence: 0.8,
          keyTemplate: undefined,
        },
        now: () => nowMs,
        newClaimOwner: () => crypto.randomUUID(),
      }),
      queue,
      usageTable: createRecordingUsageTable(),
      telemetry,
      ocrConcurrency: 3,
      now: () => nowMs,
      random: () => 0.5,
    });
    const { batchItemFailures } = await handleBatch(
      {
        Records: messages.map((message, index) =>
          makeSqsRecord({ messageId: idOf(message, index), body: bodyOf(message, index), sentMs: nowMs }),
        ),
      },
      { getRemainingTimeInMillis: () => 60_000 },
    );
    return {
      table,
      queue,
      telemetry,
      failed: new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
    };
  }

  test('reads every good picture, and every good message comes back or not as its picture says', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (messages) => {
        const { table, failed } = await handle(messages);
        const statuses = new Map(
          [...table.readings.values()].map((row) => [row.announced.key, row.state.status]),
        );
        messages.forEach((message, index) => {
          if (message.kind === 'hostile') return;
          const shouldWait = message.kind === 'waits';
          assert.equal(statuses.get(keyOf(message, index)), shouldWait ? 'PENDING' : 'READ');
          assert.equal(failed.has(idOf(message, index)), shouldWait);
        });
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  test('has no message that is troubled: each is read, ignored, parked or comes back', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (messages) => {
        const { telemetry, queue, failed } = await handle(messages);
        assert.deepEqual(telemetry.troubled, []);
        messages.forEach((message, index) => {
          const id = idOf(message, index);
          const ends = telemetry.ended.filter(({ messageId }) => messageId === id);
          assert.equal(
            failed.has(id),
            ends.some((end) => end.comesBackAfterSeconds !== undefined),
          );
          const wasParked = telemetry.parked.some(({ messageId }) => messageId === id);
          assert(ends.length > 0 || wasParked || telemetry.ignored.includes(id), 'the message vanished');
          if (wasParked) assert(queue.parked.some(({ body }) => body === bodyOf(message, index)));
        });
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  test('keeps the rows of the table free of anything inherited', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (messages) => {
        const { table } = await handle(messages);
        for (const { announced } of table.readings.values()) {
          assert.equal(Object.getPrototypeOf(announced), Object.prototype);
        }
        assert.deepEqual(prototypeNames(), untouchedPrototypeNames);
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
