import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  fetchTimeoutMs,
  type FetchedObject,
  type PictureStore,
} from '../../../functions/adapters/picture-store.ts';
import { recordTimeoutMs, type ReadingsTable } from '../../../functions/adapters/readings-table.ts';
import type { UploadedObject } from '../../../functions/core/message/uploaded-object.ts';
import type { KeyTemplate } from '../../../functions/core/capture/key-template.ts';
import type { WaitingOutcome } from '../../../functions/core/record/outcome.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import type { Reply } from '../../../functions/core/contract/reply.ts';
import { createAskEndpoint } from '../../../functions/read-plate/ask-endpoint.ts';
import type { AskForPlates } from '../../../functions/read-plate/ask-for-plates.ts';
import type { KeepCrop } from '../../../functions/read-plate/keep-crop.ts';
import type { LoadPlateHider } from '../../../functions/read-plate/plate-hider.ts';
import {
  attemptsForPermission,
  createReadPicture,
  returnBudgetMs,
} from '../../../functions/read-plate/read-picture.ts';
import { closedBreaker } from '../../fakes/closed-breaker.ts';
import { addExifToJpeg, makeExif } from '../../fakes/exif.ts';
import { makeUploadedObject } from '../../fakes/uploaded-objects.ts';
import { createInMemoryPictureStore, fetchedJpeg } from '../../fakes/in-memory-picture-store.ts';
import { createInMemoryReadingsTable } from '../../fakes/in-memory-readings-table.ts';
import { createInMemorySecretStore } from '../../fakes/in-memory-secret-store.ts';
import { makeJpeg } from '../../fakes/pictures.ts';
import {
  box,
  createScriptedEndpoint,
  failedReply,
  readReply,
  refusedReply,
  unreadableReply,
} from '../../fakes/scripted-endpoint.ts';

const object = makeUploadedObject();
const uploadedMs = Date.parse(object.uploadedAt);
const ocrTimeoutMs = 15_000;
const plentyMs = 60_000;
const credentials = { appKey: 'app', secretKey: 'secret' };
const announced = {
  bucket: 'pictures',
  key: 'gate/1.jpg',
  uploadedAt: object.uploadedAt,
  camera: 'gate',
  capturedAt: object.uploadedAt,
  capturedAtSource: 'upload',
  expiresAt: 0,
} as const;
const throttled = new OutsideError('DYNAMODB_THROTTLINGEXCEPTION', 'Throttled.', undefined);

/**
 * One function over one table and one bucket, its clock stopped four seconds after the upload until it is
 * set.
 */
function makeFunction({
  replies = [readReply],
  fetched = fetchedJpeg,
  keyTemplate,
}: { replies?: readonly [Reply, ...Reply[]]; fetched?: FetchedObject; keyTemplate?: KeyTemplate } = {}) {
  const table = createInMemoryReadingsTable();
  const pictures = createInMemoryPictureStore(fetched);
  const endpoint = createScriptedEndpoint(...replies);
  const clock = { nowMs: uploadedMs + 4000 };
  const now = () => clock.nowMs;
  let owners = 0;
  const askForPlates = createAskEndpoint({
    breaker: closedBreaker,
    secrets: createInMemorySecretStore(credentials),
    endpoint,
    now,
  });

  /** Reads with this function, with some parts replaced. */
  function read(
    readObject: UploadedObject = object,
    {
      remainingMs = () => plentyMs,
      ...replaced
    }: {
      table?: ReadingsTable;
      pictures?: PictureStore;
      askForPlates?: AskForPlates;
      keepCrop?: KeepCrop;
      loadPlateHider?: LoadPlateHider;
      remainingMs?: () => number;
    } = {},
  ) {
    const readPicture = createReadPicture({
      table,
      pictures,
      askForPlates,
      settings: { ocrTimeoutMs, retentionDays: 90, reviewBelowConfidence: 0.8, keyTemplate },
      now,
      newClaimOwner: () => `owner-${++owners}`,
      ...replaced,
    });
    return readPicture(readObject, { remainingTimeMs: remainingMs, delaySecondsFor });
  }

  const storedReading = () => table.readings.get(object.imageId) ?? assert.fail('Nothing is stored.');
  return { table, pictures, endpoint, clock, read, storedReading };
}

/** The wait that the other side asked for, or 30 s. */
function delaySecondsFor(outcome: WaitingOutcome): number {
  return outcome.kind === 'wait' ? (outcome.retryAfterSeconds ?? 30) : 30;
}

function reasonCodeOf({ outcome }: { outcome: { kind: string } | WaitingOutcome }): string | undefined {
  return 'reason' in outcome ? outcome.reason.code : undefined;
}

test('a picture becomes one final record with its plate, and is reported with its delay since the upload', async () => {
  const { read, storedReading } = makeFunction();
  assert.deepEqual(await read(), {
    outcome: readReply,
    camera: 'gate',
    attempts: 1,
    calls: 1,
    latenciesMs: [0],
    queueDelayMs: 4000,
    capturedAt: storedReading().announced.capturedAt,
  });
  const { state, calls, attempts, announced } = storedReading();
  assert.ok(state.status === 'READ');
  assert.deepEqual(
    [state.plate, state.confidence, state.width, state.readAt, announced.bucket, attempts, calls],
    ['123가4567', 0.93, 1920, '2026-11-22T08:15:04.000Z', 'pictures', 1, 1],
  );
});

describe('under privacy', () => {
  test('only the hidden record is written', async () => {
    const { read, storedReading } = makeFunction();
    const loadPlateHider: LoadPlateHider = () =>
      Promise.resolve({ kind: 'hider', hide: (final) => ({ ...final, plate: 'hidden' }) });
    await read(object, { loadPlateHider });
    const { state } = storedReading();
    assert.ok(state.status === 'READ');
    assert.equal(state.plate, 'hidden');
  });

  test('a picture whose plates cannot be hidden waits before its call, with its error', async () => {
    const { read, storedReading, endpoint } = makeFunction();
    const reason = { code: 'SSM_DENIED', message: 'Denied.' };
    const outcome = { kind: 'wait', reason } as const;
    const error = new Error('thrown');
    const loadPlateHider: LoadPlateHider = () => Promise.resolve({ kind: 'failed', outcome, error });
    const report = await read(object, { loadPlateHider });
    assert.deepEqual([report.outcome, report.calls, report.error], [outcome, 0, error]);
    assert.equal(storedReading().state.status, 'PENDING');
    assert.equal(endpoint.asked.length, 0);
  });
});

describe('a crop', () => {
  const keptFor = (outcome: Reply) => {
    const { read, storedReading } = makeFunction({ replies: [outcome] });
    const statuses: string[] = [];
    const keepCrop: KeepCrop = () => {
      statuses.push(storedReading().state.status);
      return Promise.resolve(undefined);
    };
    return { read: () => read(object, { keepCrop }), statuses };
  };

  test('is kept only after the record is written', async () => {
    const { read, statuses } = keptFor(readReply);
    await read();
    assert.deepEqual(statuses, ['READ']);
  });

  test('is not kept of a picture that shows no plate', async () => {
    const { read, statuses } = keptFor(unreadableReply);
    await read();
    assert.deepEqual(statuses, []);
  });

  test('that cannot be kept leaves the reading as it is, and is reported', async () => {
    const { read, storedReading } = makeFunction();
    const cropNotKept = { code: 'S3_ACCESSDENIED', message: 'Denied.' };
    const report = await read(object, { keepCrop: () => Promise.resolve(cropNotKept) });
    assert.deepEqual([report.outcome, report.cropNotKept], [readReply, cropNotKept]);
    assert.equal(report.comesBackAfterSeconds, undefined);
    assert.equal(storedReading().state.status, 'READ');
  });
});

describe('a picture with a final record costs no second call', () => {
  test('when its event is delivered again', async () => {
    const { read, endpoint, pictures } = makeFunction();
    await read();
    assert.deepEqual(await read(), {
      outcome: { kind: 'duplicate' },
      camera: 'gate',
      calls: 0,
      latenciesMs: [],
    });
    assert.deepEqual([endpoint.asked.length, pictures.fetched.length], [1, 1]);
  });

  test('when two deliveries are claimed at the same instant', async () => {
    const { read, endpoint } = makeFunction();
    const reports = await Promise.all([read(), read()]);
    assert.deepEqual(reports.map(({ outcome }) => outcome.kind).toSorted(), ['read', 'wait']);
    assert.equal(endpoint.asked.length, 1);
  });
});

test('a picture that another invocation reads comes back when that claim is over', async () => {
  const { read, table, clock } = makeFunction();
  const untilMs = clock.nowMs + 45_500;
  await table.claim(object.imageId, announced, { owner: 'another', nowMs: clock.nowMs, untilMs });
  const report = await read();
  assert.deepEqual([reasonCodeOf(report), report.comesBackAfterSeconds], ['CLAIMED', 46]);
});

test('a claim outlasts its invocation by a minute', async () => {
  const { read, table, clock } = makeFunction();
  const untils: number[] = [];
  const noting: ReadingsTable = {
    ...table,
    claim(imageId, announced, claim) {
      untils.push(claim.untilMs);
      return table.claim(imageId, announced, claim);
    },
  };
  await read(object, { table: noting, remainingMs: () => 50_000 });
  assert.deepEqual(untils, [clock.nowMs + 110_000]);
});

test('the claim of a dead invocation ends, and the picture is claimed again', async () => {
  const { read, table, clock, storedReading } = makeFunction();
  const dies: ReadingsTable = {
    ...table,
    record: () => Promise.reject(throttled),
    release: () => Promise.reject(throttled),
  };
  await read(object, { table: dies });
  clock.nowMs += plentyMs + 60_001;
  assert.equal((await read()).outcome.kind, 'read');
  assert.equal(storedReading().attempts, 2);
});

test('an overwritten key makes a second record next to the first', async () => {
  const { read, table } = makeFunction();
  await read();
  await read(makeUploadedObject({ imageId: 's3://pictures/gate/1.jpg?versionId=v2', versionId: 'v2' }));
  assert.deepEqual(
    [...table.readings.values()].map(({ state }) => state.status),
    ['READ', 'READ'],
  );
});

describe('is final, without a call:', () => {
  for (const [what, fetched, status, code] of [
    [
      'no picture',
      { kind: 'fetched', parts: [Buffer.from('GIF89a')], metadata: {} },
      'REJECTED',
      'UNKNOWN_FILE_TYPE',
    ],
    [
      'a damaged JPEG',
      { kind: 'fetched', parts: [makeJpeg(9, 9).subarray(0, 5)], metadata: {} },
      'REJECTED',
      'UNREADABLE_HEADER',
    ],
    [
      'an object that S3 shows as too large',
      { kind: 'refused', reason: { code: 'TOO_LARGE', message: '' }, metadata: {} },
      'REJECTED',
      'TOO_LARGE',
    ],
    ['an object that is gone', { kind: 'gone', reason: { code: 'DELETED', message: '' } }, 'GONE', 'DELETED'],
  ] satisfies [string, FetchedObject, string, string][]) {
    test(what, async () => {
      const { read, storedReading, endpoint } = makeFunction({ fetched });
      await read();
      const { state, calls } = storedReading();
      assert.deepEqual(
        [state.status, state.reason?.code, calls, endpoint.asked.length],
        [status, code, 0, 0],
      );
    });
  }

  for (const [sizeBytes, code] of [
    [0, 'EMPTY'],
    [33_554_433, 'TOO_LARGE'],
  ] as const) {
    test(`${sizeBytes} bytes in the event, which are not even fetched`, async () => {
      const { read, storedReading, pictures } = makeFunction();
      await read(makeUploadedObject({ sizeBytes }));
      const { state } = storedReading();
      assert.deepEqual([state.status, state.reason?.code, pictures.fetched], ['REJECTED', code, []]);
    });
  }
});

describe('an object whose bytes S3 does not give', () => {
  const unavailable = (mayPassSoon: boolean): FetchedObject => ({
    kind: 'unavailable',
    reason: { code: 'ARCHIVED', message: 'Archived.' },
    mayPassSoon,
  });

  test('is recorded with its reason at the first attempt, without a call', async () => {
    const { read, storedReading, endpoint } = makeFunction({ fetched: unavailable(false) });
    assert.equal((await read()).outcome.kind, 'unavailable');
    const { state, attempts } = storedReading();
    assert.deepEqual([state.status, state.reason?.code, attempts], ['UNAVAILABLE', 'ARCHIVED', 1]);
    assert.equal(endpoint.asked.length, 0);
  });

  test('is read when a message arrives after its restore', async () => {
    const { read, storedReading, pictures } = makeFunction({ fetched: unavailable(false) });
    await read();
    pictures.object = fetchedJpeg;
    assert.equal((await read()).outcome.kind, 'read');
    const { state, calls } = storedReading();
    assert.deepEqual([state.status, state.reason, calls], ['READ', undefined, 1]);
  });

  test('counts once, though its message arrives again', async () => {
    const { read, storedReading } = makeFunction({ fetched: unavailable(false) });
    await read();
    assert.equal((await read()).outcome.kind, 'duplicate');
    assert.equal(storedReading().state.status, 'UNAVAILABLE');
  });

  test('is waited for half an hour where only a permission is missing, and then recorded', async () => {
    const { read, storedReading } = makeFunction({ fetched: unavailable(true) });
    for (let attempt = 1; attempt < attemptsForPermission; attempt += 1) {
      const report = await read();
      assert.deepEqual([report.outcome.kind, report.comesBackAfterSeconds], ['misconfigured', 30]);
    }
    assert.equal((await read()).outcome.kind, 'unavailable');
    assert.equal(storedReading().attempts, 8);
  });
});

test('a plate that cannot be read twice is final, with both calls counted', async () => {
  const { read, storedReading } = makeFunction({ replies: [unreadableReply] });
  await read();
  const { state, calls } = storedReading();
  assert.deepEqual([state.status, calls], ['UNREADABLE', 2]);
});

test('a read below the configured confidence needs review', async () => {
  const unsure: Reply = { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.79, box }] };
  const { read, storedReading } = makeFunction({ replies: [unsure] });
  await read();
  const { state } = storedReading();
  assert.ok(state.status === 'READ');
  assert.equal(state.needsReview, true);
});

test('the time comes from the EXIF where neither metadata nor key has one', async () => {
  const exif = makeExif({ dateTimeOriginal: '2026:11:22 17:14:03' });
  const { read, storedReading } = makeFunction({
    fetched: { kind: 'fetched', parts: [addExifToJpeg(makeJpeg(9, 9), exif)], metadata: {} },
  });
  await read();
  const { state, announced: pending } = storedReading();
  assert.ok(state.status !== 'PENDING');
  assert.deepEqual([state.capturedAt, state.capturedAtSource], ['2026-11-22T08:14:03.000Z', 'exif']);
  assert.deepEqual([pending.capturedAt, pending.capturedAtSource], [object.uploadedAt, 'upload']);
});

describe('a report names the camera', () => {
  const fetched: FetchedObject = {
    kind: 'fetched',
    parts: [makeJpeg(9, 9)],
    metadata: { camera: 'from-metadata' },
  };

  test('of the record', async () => {
    const { read } = makeFunction({ fetched });
    assert.equal((await read()).camera, 'from-metadata');
  });

  test('of the record also where a call failed', async () => {
    const { read } = makeFunction({ fetched, replies: [failedReply] });
    assert.equal((await read()).camera, 'from-metadata');
  });

  test('of the record also where the record could not be written', async () => {
    const { read, table } = makeFunction({ fetched });
    const report = await read(object, { table: { ...table, record: () => Promise.reject(throttled) } });
    assert.deepEqual([report.calls, report.camera], [1, 'from-metadata']);
  });

  test('that the key names where the picture was not fetched', async () => {
    const { read } = makeFunction({ fetched });
    assert.equal((await read(object, { remainingMs: () => 0 })).camera, 'gate');
  });
});

test('camera and time come from the metadata of the object', async () => {
  const metadata = { camera: 'from-metadata', 'captured-at': '2026-11-22T08:00:00Z' };
  const { read, storedReading } = makeFunction({
    fetched: { kind: 'fetched', parts: [makeJpeg(9, 9)], metadata },
  });
  await read();
  const { state } = storedReading();
  assert.ok(state.status !== 'PENDING');
  assert.deepEqual([state.camera, state.capturedAt], ['from-metadata', '2026-11-22T08:00:00.000Z']);
});

test('the record has camera and time of the key template while the picture is pending', async () => {
  const moment = '2026-11-22T08:00:00.000Z';
  const keyTemplate = () => ({ camera: 'from-key', capturedAt: { text: moment, moment } });
  const { read, storedReading } = makeFunction({ replies: [failedReply], keyTemplate });
  await read();
  const { camera, capturedAt } = storedReading().announced;
  assert.deepEqual([camera, capturedAt], ['from-key', '2026-11-22T08:00:00.000Z']);
});

describe('a picture that has to wait', () => {
  test('is released with its reason and the time of its next attempt', async () => {
    const { read, storedReading } = makeFunction({ replies: [failedReply] });
    assert.deepEqual(await read(), {
      outcome: failedReply,
      camera: 'gate',
      attempts: 1,
      calls: 1,
      latenciesMs: [0],
      comesBackAfterSeconds: 30,
    });
    assert.deepEqual(storedReading().state, {
      status: 'PENDING',
      claimOwner: 'owner-1',
      claimUntil: 0,
      reason: { code: 'VENDOR_FAILURE', message: 'Failed.' },
      nextTryAt: '2026-11-22T08:15:34.000Z',
    });
  });

  test('is read when it comes back, with attempts and calls of both times', async () => {
    const { read, storedReading } = makeFunction({ replies: [failedReply, readReply] });
    await read();
    assert.equal((await read()).outcome.kind, 'read');
    const { attempts, calls } = storedReading();
    assert.deepEqual([attempts, calls], [2, 2]);
  });

  test('for the right credentials is never recorded as a bad picture', async () => {
    const { read, storedReading } = makeFunction({ replies: [refusedReply] });
    assert.equal((await read()).outcome.kind, 'misconfigured');
    assert.equal(storedReading().state.status, 'PENDING');
  });

  test('for S3 is released with the fault of S3, and the error is reported', async () => {
    const { read, storedReading, endpoint } = makeFunction();
    const error = new OutsideError('S3_SLOWDOWN', 'S3 asks for less.', undefined);
    const report = await read(object, { pictures: { fetch: () => Promise.reject(error) } });
    assert.deepEqual([report.outcome.kind, report.error, endpoint.asked.length], ['wait', error, 0]);
    assert.equal(storedReading().state.reason?.code, 'S3_SLOWDOWN');
  });

  test('for something unknown is released too, and is not lost', async () => {
    const { read, storedReading } = makeFunction();
    const report = await read(object, { pictures: { fetch: () => Promise.reject(new TypeError('A bug.')) } });
    assert.equal(report.comesBackAfterSeconds, 30);
    assert.equal(storedReading().state.reason?.code, 'UNKNOWN');
  });

  test('for its claim comes back without any other step', async () => {
    const { read, table, pictures } = makeFunction();
    const report = await read(object, { table: { ...table, claim: () => Promise.reject(throttled) } });
    assert.deepEqual(
      [reasonCodeOf(report), report.comesBackAfterSeconds, report.error, pictures.fetched.length],
      ['DYNAMODB_THROTTLINGEXCEPTION', 30, throttled, 0],
    );
  });
});

describe('a record that cannot be written', () => {
  test('releases the picture, with the call that was paid for', async () => {
    const { read, table, storedReading } = makeFunction();
    const report = await read(object, { table: { ...table, record: () => Promise.reject(throttled) } });
    assert.deepEqual([report.outcome.kind, report.calls, report.error], ['wait', 1, throttled]);
    const { state, calls } = storedReading();
    assert.ok(state.status === 'PENDING');
    assert.deepEqual([state.claimUntil, state.reason?.code, calls], [0, throttled.code, 1]);
  });

  test('makes the picture come back even where the release fails, and both errors are reported', async () => {
    const { read, table } = makeFunction();
    const alsoThrottled = new OutsideError('DYNAMODB_TIMEOUTERROR', 'Timed out.', undefined);
    const report = await read(object, {
      table: {
        ...table,
        record: () => Promise.reject(throttled),
        release: () => Promise.reject(alsoThrottled),
      },
    });
    assert.deepEqual([report.calls, report.comesBackAfterSeconds], [1, 30]);
    assert.ok(report.error instanceof AggregateError);
    assert.deepEqual(report.error.errors, [throttled, alsoThrottled]);
  });
});

test('a lost claim does not change the record, and the picture comes back', async () => {
  const { read, table, pictures, storedReading, clock } = makeFunction();
  const slow: PictureStore = {
    async fetch(slowImage) {
      clock.nowMs += plentyMs + 60_001;
      const claim = { owner: 'another', nowMs: clock.nowMs, untilMs: clock.nowMs + 1000 };
      await table.claim(object.imageId, announced, claim);
      return pictures.fetch(slowImage);
    },
  };
  const report = await read(object, { pictures: slow });
  assert.deepEqual([reasonCodeOf(report), report.calls, report.comesBackAfterSeconds], ['CLAIM_LOST', 1, 30]);
  const { state } = storedReading();
  assert.ok(state.status === 'PENDING' && state.claimOwner === 'another');
});

test('a picture that waits for a quota still waits for it where the release fails, with its reason', async () => {
  const quota: Reply = {
    kind: 'wait',
    reason: { code: 'QUOTA_USED_UP', message: '' },
    retryAfterSeconds: 3600,
  };
  const { read, table } = makeFunction({ replies: [quota] });
  const report = await read(object, { table: { ...table, release: () => Promise.reject(throttled) } });
  assert.deepEqual(
    [reasonCodeOf(report), report.comesBackAfterSeconds, report.error],
    ['QUOTA_USED_UP', 3600, throttled],
  );
});

test('a picture that another invocation recorded meanwhile is a duplicate, and its call is counted', async () => {
  const { read, table } = makeFunction();
  const report = await read(object, { table: { ...table, record: () => Promise.resolve('final-before') } });
  assert.deepEqual(
    [report.outcome.kind, report.calls, report.comesBackAfterSeconds],
    ['duplicate', 1, undefined],
  );
});

/** The time that a call needs, and that a picture needs. */
const callMs = ocrTimeoutMs + recordTimeoutMs + returnBudgetMs;
const pictureMs = fetchTimeoutMs + callMs;

describe('when time is short by a millisecond', () => {
  test('a picture is not even claimed, and comes back', async () => {
    const { read, table } = makeFunction();
    const report = await read(object, { remainingMs: () => pictureMs - 1 });
    assert.deepEqual([reasonCodeOf(report), report.comesBackAfterSeconds], ['OUT_OF_TIME', 30]);
    assert.equal(table.readings.size, 0);
  });

  test('after the fetch the endpoint is not called, and the picture is released', async () => {
    const { read, pictures, endpoint, storedReading } = makeFunction();
    const report = await read(object, {
      remainingMs: () => (pictures.fetched.length === 0 ? pictureMs : callMs - 1),
    });
    assert.deepEqual([reasonCodeOf(report), endpoint.asked.length], ['OUT_OF_TIME', 0]);
    const { state } = storedReading();
    assert.ok(state.status === 'PENDING' && state.claimUntil === 0);
  });

  test('no second call for an unreadable plate starts', async () => {
    const { read, endpoint } = makeFunction({ replies: [unreadableReply] });
    const report = await read(object, {
      remainingMs: () => (endpoint.asked.length === 0 ? pictureMs : callMs - 1),
    });
    assert.deepEqual([reasonCodeOf(report), endpoint.asked.length], ['OUT_OF_TIME', 1]);
  });

  test('no second call with new credentials starts', async () => {
    const { read, endpoint } = makeFunction({ replies: [refusedReply] });
    const report = await read(object, {
      remainingMs: () => (endpoint.asked.length === 0 ? pictureMs : callMs - 1),
    });
    assert.deepEqual([reasonCodeOf(report), endpoint.asked.length], ['OUT_OF_TIME', 1]);
  });
});

test('with just enough time, a picture is sent twice and recorded', async () => {
  const { read, endpoint } = makeFunction({ replies: [unreadableReply] });
  const report = await read(object, {
    remainingMs: () => (endpoint.asked.length === 0 ? pictureMs : callMs),
  });
  assert.deepEqual([report.outcome.kind, report.calls], ['unreadable', 2]);
});

describe('a picture that crashes the built-in reader', () => {
  const crash: WaitingOutcome = {
    kind: 'wait',
    reason: { code: 'READER_CRASHED', message: 'The reader crashed.' },
    readerCrashed: true,
  };
  const answering = (outcome: WaitingOutcome) => ({ askForPlates: () => Promise.resolve(outcome) });

  test('waits twice and is rejected after the third attempt', async () => {
    const { read, storedReading } = makeFunction();
    assert.equal(reasonCodeOf(await read(object, answering(crash))), 'READER_CRASHED');
    assert.equal(reasonCodeOf(await read(object, answering(crash))), 'READER_CRASHED');
    assert.equal(storedReading().readerCrashes, 2);
    const third = await read(object, answering(crash));
    assert.deepEqual([third.outcome.kind, third.comesBackAfterSeconds], ['rejected', undefined]);
    const { state, attempts } = storedReading();
    assert.ok(state.status === 'REJECTED');
    assert.deepEqual([state.reason?.code, attempts], ['CRASHES_READER', 3]);
  });

  test('is read at the third attempt if it does not crash then', async () => {
    const { read, storedReading } = makeFunction();
    await read(object, answering(crash));
    await read(object, answering(crash));
    await read();
    assert.equal(storedReading().state.status, 'READ');
  });

  test('is not read a fourth time if the record of the third crash fails', async () => {
    const { table, read, storedReading } = makeFunction();
    await read(object, answering(crash));
    await read(object, answering(crash));
    const failing = { ...table, record: () => Promise.reject(throttled) };
    await read(object, { ...answering(crash), table: failing });
    assert.equal(storedReading().state.status, 'PENDING');
    let readings = 0;
    const askForPlates = () => {
      readings += 1;
      return Promise.resolve(crash);
    };
    await read(object, { askForPlates });
    assert.deepEqual([storedReading().state.status, readings], ['REJECTED', 0]);
  });

  test('is not rejected for other failures, however many they are', async () => {
    const { read, storedReading } = makeFunction();
    const damaged = { kind: 'wait', reason: { code: 'MODEL_DAMAGED', message: 'It is damaged.' } } as const;
    for (let attempt = 0; attempt < 5; attempt += 1) await read(object, answering(damaged));
    await read(object, answering(crash));
    assert.equal(storedReading().state.status, 'PENDING');
  });
});
