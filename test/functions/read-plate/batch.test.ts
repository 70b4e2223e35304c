import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, test } from 'vitest';
import type { SourceQueue } from '../../../functions/adapters/source-queue.ts';
import type { UsageTable } from '../../../functions/adapters/usage-table.ts';
import type { WaitingOutcome } from '../../../functions/core/record/outcome.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { createBatchHandler } from '../../../functions/read-plate/batch.ts';
import {
  longestHeldStayMs,
  longestStayMs,
  mostReceivesWhileHeld,
} from '../../../functions/read-plate/read-message.ts';
import type { PictureReport } from '../../../functions/core/record/outcome.ts';
import type { ReadPicture, Delivery } from '../../../functions/read-plate/read-picture.ts';
import { createRecordingQueue } from '../../fakes/recording-queue.ts';
import { createRecordingTelemetry } from '../../fakes/recording-telemetry.ts';
import { createRecordingUsageTable } from '../../fakes/recording-usage-table.ts';
import { makeS3Body, makeS3Record } from '../../fakes/s3-events.ts';
import { makeSqsRecord } from '../../fakes/sqs-record.ts';

const queueArn = 'arn:aws:sqs:ap-northeast-2:123456789012:plateline-test-pictures';
const failed: WaitingOutcome = { kind: 'wait', reason: { code: 'VENDOR_FAILURE', message: 'Failed.' } };
const held: WaitingOutcome = {
  kind: 'held',
  by: 'call-cap',
  reason: { code: 'CALL_CAP_OF_DAY', message: 'Used up.' },
  retryAfterSeconds: 3600,
};
const sqsDenied = new OutsideError('SQS_ACCESSDENIED', 'A request to SQS failed.', undefined);

const sentMs = Date.parse('2026-11-22T08:15:00.000Z');
const nowMs = sentMs + 1000;

const doneReport: PictureReport = {
  outcome: { kind: 'duplicate' },
  camera: 'gate',
  calls: 0,
  latenciesMs: [],
};

function waitingReport(delivery: Delivery, outcome = failed): PictureReport {
  const comesBackAfterSeconds = delivery.delaySecondsFor(outcome);
  return { outcome, camera: 'gate', calls: 1, latenciesMs: [5], comesBackAfterSeconds };
}

/** Reads as the name of the picture says. */
const readAsNamed: ReadPicture = ({ key }, delivery) => {
  if (key.startsWith('bug')) return Promise.reject(new TypeError('A bug.'));
  const retryAfterSeconds = Number(/^wait-(\d+)/.exec(key)?.[1] ?? 0);
  if (retryAfterSeconds > 0)
    return Promise.resolve(waitingReport(delivery, { ...failed, retryAfterSeconds }));
  if (key.startsWith('held')) return Promise.resolve(waitingReport(delivery, held));
  return Promise.resolve(key.startsWith('wait') ? waitingReport(delivery) : doneReport);
};

function announce(...keys: string[]): string {
  return makeS3Body(...keys.map((key) => makeS3Record({ key })));
}

const testEvent = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' });

type Message = readonly [messageId: string, body: string, receiveCount?: number];

const recordOf = ([messageId, body, receiveCount = 1]: Message) =>
  makeSqsRecord({ messageId, body, receiveCount, sentMs, queueArn });

/** Passes one batch to the handler and returns the results. */
async function handle(
  messages: readonly Message[],
  {
    readPicture = readAsNamed,
    brokenQueue = {},
    brokenUsageTable = {},
    ocrConcurrency = 10,
    random = () => 0.5,
    nowMs = sentMs + 1000,
    remainingTimeMs = () => 60_000,
  }: {
    readPicture?: ReadPicture;
    brokenQueue?: Partial<SourceQueue>;
    brokenUsageTable?: Partial<UsageTable>;
    ocrConcurrency?: number;
    random?: () => number;
    nowMs?: number;
    remainingTimeMs?: () => number;
  } = {},
) {
  const queue = createRecordingQueue();
  const usageTable = createRecordingUsageTable();
  const telemetry = createRecordingTelemetry();
  const handleBatch = createBatchHandler({
    readPicture,
    queue: { ...queue, ...brokenQueue },
    usageTable: { ...usageTable, ...brokenUsageTable },
    telemetry,
    ocrConcurrency,
    now: () => nowMs,
    random,
  });
  const { batchItemFailures } = await handleBatch(
    { Records: messages.map(recordOf) },
    { getRemainingTimeInMillis: remainingTimeMs },
  );
  return {
    returning: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    delays: Object.fromEntries(
      queue.delayed.map(({ receiptHandle, delaySeconds }) => [receiptHandle, delaySeconds]),
    ),
    endedImages: telemetry.ended
      .map(({ imageId }) => imageId.replace(/^s3:\/\/pictures\/|\?.*$/g, ''))
      .toSorted(),
    queue,
    usageTable,
    telemetry,
  };
}

describe('messages that come back', () => {
  test('are exactly those with a picture that waits', async () => {
    const { returning } = await handle([
      ['m1', announce('done-1.jpg')],
      ['m2', announce('wait-1.jpg')],
      ['m3', testEvent],
      ['m4', 'no JSON'],
      ['m5', announce('wait.jpg')],
    ]);
    assert.deepEqual(returning, ['m2', 'm5']);
  });

  test('are none where every picture is done, and the queue gets no request', async () => {
    const { returning, delays } = await handle([['m1', announce('1.jpg', '2.jpg')]]);
    assert.deepEqual([returning, delays], [[], {}]);
  });

  test('each have their own delay, by receive count and picture', async () => {
    const { delays } = await handle([
      ['m1', announce('wait.jpg'), 1],
      ['m2', announce('wait.jpg'), 4],
      ['m3', announce('wait-3600.jpg'), 1],
    ]);
    assert.deepEqual(delays, { 'receipt-m1': 10, 'receipt-m2': 80, 'receipt-m3': 3610 });
  });

  test('are delayed in the queue that they came from', async () => {
    const { queue } = await handle([['m1', announce('wait.jpg')]]);
    assert.deepEqual(
      queue.delayed.map((delayed) => delayed.queueArn),
      [queueArn],
    );
  });

  test('each have their own jitter', async () => {
    const draws = [0.25, 0.75];
    const random = () => draws.shift() ?? assert.fail('Chance was asked too often.');
    const { delays } = await handle(
      [
        ['m1', announce('wait.jpg')],
        ['m2', announce('wait.jpg')],
      ],
      { random },
    );
    assert.deepEqual(Object.values(delays), [5, 15]);
  });

  test('come back even where SQS cannot delay them, and that is reported', async () => {
    const { returning, telemetry } = await handle(
      [
        ['m1', announce('wait.jpg')],
        ['m2', announce('wait.jpg')],
      ],
      {
        brokenQueue: { delay: () => Promise.reject(sqsDenied) },
      },
    );
    assert.deepEqual(returning, ['m1', 'm2']);
    assert.deepEqual(
      telemetry.troubled.map(({ messageId, reason }) => [messageId, reason.code]),
      [
        ['m1', sqsDenied.code],
        ['m2', sqsDenied.code],
      ],
    );
  });
});

describe('a message of two pictures', () => {
  test('comes back where only one of them waits, after both were read', async () => {
    const { returning, endedImages } = await handle([['m1', announce('done.jpg', 'wait.jpg')]]);
    assert.deepEqual([returning, endedImages], [['m1'], ['done.jpg', 'wait.jpg']]);
  });

  test('stays away as long as the longer of them must', async () => {
    const { delays } = await handle([['m1', announce('wait-60.jpg', 'wait-600.jpg', 'wait-6.jpg')]]);
    assert.deepEqual(delays, { 'receipt-m1': 610 });
  });
});

describe('a body that is no S3 notification', () => {
  test('goes to the dead-letter queue unchanged, with its fault, and is done', async () => {
    const { returning, queue, telemetry } = await handle([['m1', 'no JSON']]);
    assert.deepEqual(returning, []);
    assert.deepEqual(queue.parked, [{ queueArn, body: 'no JSON', fault: 'The body is not JSON.' }]);
    assert.deepEqual(telemetry.parked, [{ messageId: 'm1', faults: ['The body is not JSON.'] }]);
  });

  test('comes back where it cannot be sent there, and is not reported as parked', async () => {
    const { returning, delays, telemetry } = await handle([['m1', 'no JSON', 2]], {
      brokenQueue: { park: () => Promise.reject(sqsDenied) },
    });
    assert.deepEqual([returning, delays], [['m1'], { 'receipt-m1': 20 }]);
    assert.deepEqual([telemetry.parked, telemetry.troubled[0]?.error], [[], sqsDenied]);
  });
});

describe('a faulty record among good ones', () => {
  const faultyBeside = (key: string) => makeS3Body({}, makeS3Record({ key }), makeS3Record({ key: '%zz' }));

  test('parks the message after the good ones were read, with all faults', async () => {
    const { returning, endedImages, queue } = await handle([['m1', faultyBeside('1.jpg')]]);
    assert.deepEqual([returning, endedImages], [[], ['1.jpg']]);
    assert.deepEqual(
      queue.parked.map(({ fault }) => fault),
      ['A record is not an S3 event. An S3 event names no readable key.'],
    );
  });

  test('parks nothing as long as a good one waits', async () => {
    const { returning, queue } = await handle([['m1', faultyBeside('wait.jpg')]]);
    assert.deepEqual([returning, queue.parked], [['m1'], []]);
  });
});

test('a message that announces nothing is acknowledged and reported', async () => {
  const { returning, queue, telemetry } = await handle([['m1', testEvent]]);
  assert.deepEqual([returning, queue.parked, telemetry.ignored], [[], [], ['m1']]);
});

test('an event whose time has no zone parks nothing: its picture is read, uploaded when the message was sent', async () => {
  const uploadedAt: string[] = [];
  const { returning, queue } = await handle(
    [['m1', makeS3Body(makeS3Record({ key: '1.jpg' }, { eventTime: '2026-11-22T08:15:00' }))]],
    {
      readPicture: (object) => {
        uploadedAt.push(object.uploadedAt);
        return Promise.resolve(doneReport);
      },
    },
  );
  assert.deepEqual([returning, queue.parked], [[], []]);
  assert.deepEqual(uploadedAt, [new Date(sentMs).toISOString()]);
});

test('a message that comes back more than an hour after it was sent is reported, and no other', async () => {
  const hourMs = 3_600_000;
  const early = await handle([['m1', announce('wait-60.jpg')]], { nowMs: sentMs + hourMs - 600_000 });
  const late = await handle([['m1', announce('wait-60.jpg')]], { nowMs: sentMs + hourMs - 30_000 });
  const bug = await handle([['m1', announce('bug.jpg')]], { nowMs: sentMs + hourMs });
  const read = await handle([['m1', announce('1.jpg')]], { nowMs: sentMs + hourMs });
  assert.deepEqual(
    [early, late, bug, read].map(({ telemetry }) => telemetry.waitingLong),
    [[], ['m1'], ['m1'], []],
  );
});

test('a bug thrown at one picture loses no other message, and its own comes back', async () => {
  const { returning, delays, endedImages, telemetry } = await handle([
    ['m1', announce('1.jpg')],
    ['m2', announce('bug.jpg'), 3],
    ['m3', announce('3.jpg')],
  ]);
  assert.deepEqual([returning, delays, endedImages], [['m2'], { 'receipt-m2': 40 }, ['1.jpg', '3.jpg']]);
  assert.deepEqual(
    telemetry.troubled.map(({ messageId, reason }) => [messageId, reason.code]),
    [['m2', 'UNKNOWN']],
  );
});

test('each picture is reported with its message and its image id', async () => {
  const { telemetry } = await handle([['m1', announce('wait-60.jpg')]]);
  assert.deepEqual(telemetry.ended, [
    {
      messageId: 'm1',
      imageId: 's3://pictures/wait-60.jpg?etag=0123456789abcdef0123456789abcdef',
      outcome: { ...failed, retryAfterSeconds: 60 },
      camera: 'gate',
      calls: 1,
      latenciesMs: [5],
      comesBackAfterSeconds: 70,
    },
  ]);
});

describe('telemetry is flushed once, after the last picture,', () => {
  for (const [what, messages, ends] of [
    [
      'where all went well',
      [
        ['m1', announce('1.jpg')],
        ['m2', announce('2.jpg', '3.jpg')],
      ],
      3,
    ],
    ['where a message comes back', [['m1', announce('wait.jpg')]], 1],
    [
      'where a bug was thrown',
      [
        ['m1', announce('bug.jpg')],
        ['m2', announce('2.jpg')],
      ],
      1,
    ],
    ['where there was nothing for us', [['m1', testEvent]], 0],
  ] satisfies [string, Message[], number][]) {
    test(what, async () => {
      assert.deepEqual((await handle(messages)).telemetry.flushed, [ends, ends]);
    });
  }

  test('where SQS could not delay', async () => {
    const brokenQueue = { delay: () => Promise.reject(sqsDenied) };
    assert.deepEqual(
      (await handle([['m1', announce('wait.jpg')]], { brokenQueue })).telemetry.flushed,
      [1, 1],
    );
  });

  test('before the requests to SQS and the counters, which can outlast the invocation', async () => {
    const flushedBefore: number[] = [];
    const telemetry = createRecordingTelemetry();
    const handleBatch = createBatchHandler({
      readPicture: readAsNamed,
      queue: {
        ...createRecordingQueue(),
        delay() {
          flushedBefore.push(...telemetry.flushed);
          return Promise.resolve([]);
        },
      },
      usageTable: {
        add() {
          flushedBefore.push(...telemetry.flushed);
          return Promise.resolve();
        },
      },
      telemetry,
      ocrConcurrency: 10,
      now: () => nowMs,
      random: () => 0.5,
    });
    await handleBatch(
      { Records: [recordOf(['m1', announce('wait.jpg')])] },
      { getRemainingTimeInMillis: () => 60_000 },
    );
    assert.deepEqual(flushedBefore, [1, 1]);
  });
});

test('pictures are read at the same time, but never more than the concurrency allows', async () => {
  let underWay = 0;
  let most = 0;
  const readPicture: ReadPicture = async () => {
    most = Math.max(most, ++underWay);
    await nextTurn();
    underWay -= 1;
    return doneReport;
  };
  const messages = ['m1', 'm2', 'm3', 'm4'].map((id): Message => [
    id,
    announce(`${id}-1.jpg`, `${id}-2.jpg`),
  ]);
  const { endedImages } = await handle(messages, { readPicture, ocrConcurrency: 3 });
  assert.deepEqual([most, endedImages.length], [3, 8]);
});

test('each picture knows how much time the invocation has left when it is its turn', async () => {
  let remainingMs = 60_000;
  const seenMs: number[] = [];
  const readPicture: ReadPicture = (_image, delivery) => {
    seenMs.push(delivery.remainingTimeMs());
    remainingMs -= 20_000;
    return Promise.resolve(doneReport);
  };
  await handle(
    [
      ['m1', announce('1.jpg')],
      ['m2', announce('2.jpg')],
    ],
    { readPicture, remainingTimeMs: () => remainingMs, ocrConcurrency: 1 },
  );
  assert.deepEqual(seenMs, [60_000, 40_000]);
});

test('a bug thrown at one picture does not end the invocation before its neighbour in the same message', async () => {
  const { endedImages } = await handle([['m1', announce('bug.jpg', 'slow.jpg')]], {
    readPicture: async (object, delivery) => {
      if (object.key === 'slow.jpg') await nextTurn();
      return readAsNamed(object, delivery);
    },
  });
  assert.deepEqual(endedImages, ['slow.jpg']);
});

test('a message whose delay SQS refused is reported by its own id', async () => {
  const { telemetry } = await handle(
    [
      ['m1', announce('wait-1.jpg')],
      ['m2', announce('wait-2.jpg')],
    ],
    { brokenQueue: { delay: (_queueArn, messages) => Promise.resolve(messages.slice(1)) } },
  );
  assert.deepEqual(
    telemetry.troubled.map(({ messageId, reason }) => [messageId, reason.code]),
    [['m2', 'SQS_NOT_DELAYED']],
  );
});

describe('a message that SQS would delete while its picture waits', () => {
  const waits: Message[] = [['m1', announce('wait-36000.jpg')]];

  test('is sent to the dead-letter queue, where it stays for two more weeks', async () => {
    const { returning, queue } = await handle(waits, { nowMs: sentMs + longestStayMs - 3600 * 1000 });
    assert.deepEqual([returning, queue.parked.map(({ body }) => body)], [[], [announce('wait-36000.jpg')]]);
  });

  test('still comes back while there is time', async () => {
    const { returning, queue } = await handle(waits, { nowMs: sentMs + longestStayMs - 12 * 3600 * 1000 });
    assert.deepEqual([returning, queue.parked], [['m1'], []]);
  });
});

describe('a message whose picture is held', () => {
  const body = announce('held.jpg');
  const receivedFor = async (receiveCount: number, nowMs = sentMs + 1000) =>
    await handle([['m1', body, receiveCount]], { nowMs });

  test('comes back soon at first, so that SQS counts its age no more, and then each hour', async () => {
    for (const [receiveCount, delaySeconds] of [
      [1, 10],
      [2, 20],
      [3, 3610],
      [20, 3610],
    ] as const) {
      const { delays } = await receivedFor(receiveCount);
      assert.deepEqual(Object.values(delays), [delaySeconds], `receive ${receiveCount}`);
    }
  });

  test('is not reported as one that waits long', async () => {
    const { returning, telemetry } = await receivedFor(10, sentMs + 5 * 3600 * 1000);
    assert.deepEqual([returning, telemetry.waitingLong], [['m1'], []]);
  });

  test('is sent again as a new one after a day, and never goes to the dead-letter queue', async () => {
    const { returning, queue, telemetry } = await receivedFor(20, sentMs + longestHeldStayMs - 60_000);
    assert.deepEqual(returning, []);
    assert.deepEqual(queue.renewed, [{ queueArn, body, delaySeconds: 3610 }]);
    assert.deepEqual([queue.parked, telemetry.renewed], [[], ['m1']]);
  });

  test('is sent again before its receives run out', async () => {
    const { returning, queue } = await receivedFor(mostReceivesWhileHeld);
    assert.deepEqual([returning, queue.renewed.length, queue.parked], [[], 1, []]);
  });

  test('comes back where it cannot be sent again', async () => {
    const brokenQueue = { renew: () => Promise.reject(sqsDenied) };
    const { returning, telemetry } = await handle([['m1', body, mostReceivesWhileHeld]], { brokenQueue });
    assert.deepEqual(returning, ['m1']);
    assert.deepEqual(
      telemetry.troubled.map(({ reason }) => reason.code),
      ['SQS_ACCESSDENIED'],
    );
  });
});

describe('the usage of an invocation', () => {
  test('is counted once for all its pictures, those of failed messages included', async () => {
    const readByCamera: ReadPicture = async (object, delivery) => ({
      ...(await readAsNamed(object, delivery)),
      camera: object.key.endsWith('-b.jpg') ? 'b' : 'a',
    });
    const { usageTable } = await handle(
      [
        ['m1', announce('wait-1-a.jpg', 'wait-2-b.jpg')],
        ['m2', announce('wait-3-a.jpg', 'bug.jpg')],
        ['m3', testEvent],
      ],
      { readPicture: readByCamera, nowMs: Date.parse('2026-11-22T15:00:00Z') },
    );
    assert.deepEqual(
      usageTable.added.map(({ day, camera, counts }) => [day, camera, counts.calls]).toSorted(),
      [
        ['2026-11-23', 'a', 2],
        ['2026-11-23', 'b', 1],
      ],
    );
  });

  test('and cannot be counted fails no message, and is reported', async () => {
    const error = new OutsideError('DYNAMODB_THROTTLINGEXCEPTION', 'Throttled.', undefined);
    const { returning, telemetry } = await handle(
      [
        ['m1', announce('done.jpg')],
        ['m2', announce('wait.jpg')],
      ],
      { brokenUsageTable: { add: () => Promise.reject(error) } },
    );
    assert.deepEqual([returning, telemetry.troubled], [['m2'], []]);
    assert.deepEqual(telemetry.uncounted, [{ reason: { code: error.code, message: error.message }, error }]);
  });

  test('is counted while SQS delays messages, and neither waits for the other', async () => {
    const [delaying, counting] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const { returning } = await handle([['m1', announce('wait.jpg')]], {
      brokenQueue: {
        delay: async () => {
          delaying.resolve(undefined);
          await counting.promise;
          return [];
        },
      },
      brokenUsageTable: {
        add: async () => {
          counting.resolve(undefined);
          await delaying.promise;
        },
      },
    });
    assert.deepEqual(returning, ['m1']);
  });
});
