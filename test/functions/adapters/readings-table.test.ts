import assert from 'node:assert/strict';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import createDynalite from 'dynalite';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { createReadingsTable } from '../../../functions/adapters/readings-table.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import type { AnnouncedRecord, FinalRecord } from '../../../functions/core/record/record.ts';
import { jsonError, startFaultProxy, type Fault } from '../../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback, type LoopbackServer } from '../../../infra/local/loopback-server.ts';
import { clientConfiguration } from './client-configuration.ts';

const imageId = 's3://pictures/gate/1.jpg?versionId=v1';
const nowMs = Date.parse('2026-11-22T10:00:05.000Z');
const first = { owner: 'first', nowMs, untilMs: nowMs + 60_000 };
const second = { owner: 'second', nowMs: nowMs + 1000, untilMs: nowMs + 61_000 };
const afterFirst = { owner: 'after', nowMs: first.untilMs + 1, untilMs: first.untilMs + 60_000 };

const announced: AnnouncedRecord = {
  bucket: 'pictures',
  key: 'gate/1.jpg',
  versionId: 'v1',
  uploadedAt: '2026-11-22T10:00:00.000Z',
  camera: 'gate',
  capturedAt: '2026-11-22T10:00:00.000Z',
  capturedAtSource: 'upload',
  expiresAt: 1_800_000_000,
};

const box = { x1: 340, y1: 3231, x2: 523, y2: 3231, x3: 523, y3: 3297, x4: 340, y4: 3297 };
const plateRead = { plate: '123가4567', confidence: 0.93, box };
const read: FinalRecord = {
  status: 'READ',
  ...plateRead,
  plates: [plateRead],
  plateKey: '123가4567',
  plateCorrections: [{ at: 0, from: 'I', to: '1' }],
  plateClass: 'private',
  verdict: 'suspect',
  plateFaults: ['a sentence'],
  rulesVersion: '2026-11-22',
  needsReview: true,
  lastFour: '4567',
  resolution: 'normal',
  fileType: 'jpeg',
  width: 1920,
  height: 1080,
  sizeBytes: 123_456,
  camera: 'gate',
  capturedAt: '2026-11-22T10:00:00.000Z',
  capturedAtSource: 'upload',
  readAt: '2026-11-22T10:00:06.000Z',
  expiresAt: 1_800_000_001,
};

const left = {
  reason: { code: 'OCR_TIMEOUT', message: 'The endpoint did not answer in time.' },
  nextTryAt: '2026-11-22T10:00:25.000Z',
  calls: 1,
};

let dynalite: LoopbackServer;
beforeAll(async () => {
  dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
});
afterAll(() => dynalite.stop());

let tableCount = 0;

/** A table of its own, behind a proxy with scripted faults. */
async function startTable(t: TestContext, config: DynamoDBClientConfig = {}) {
  tableCount += 1;
  const tableName = `readings-${tableCount}`;
  const client = new DynamoDBClient(clientConfiguration(dynalite.url));
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'imageId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'imageId', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 },
    { TableName: tableName },
  );
  const proxy = await startFaultProxy({ targetUrl: dynalite.url, port: 0, recordRequests: true });
  t.onTestFinished(async () => {
    client.destroy();
    await proxy.stop();
  });
  return {
    table: createReadingsTable(tableName, { ...clientConfiguration(proxy.url), ...config }),
    requests: proxy.requests,
    /** The next requests for this operation get the fault. */
    fail: (operation: 'UpdateItem' | 'GetItem', fault: Fault, times = 1) => {
      proxy.fail({ when: (request) => request.operation === operation, times, fault });
    },
    item: async (): Promise<Readonly<Record<string, unknown>>> => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: { imageId: { S: imageId } },
          ConsistentRead: true,
        }),
      );
      return unmarshall(Item ?? {});
    },
  };
}

const consistentRead = z.object({ ConsistentRead: z.boolean() });

const lostReply = { kind: 'lost-reply' } as const;

function isOutsideError(code: string) {
  return (error: unknown) => {
    assert(error instanceof OutsideError);
    assert.equal(error.code, code);
    return true;
  };
}

describe('claim', () => {
  test('an unknown picture is claimed, as its first attempt and without a call', async (t) => {
    const { table } = await startTable(t);
    assert.deepEqual(await table.claim(imageId, announced, first), {
      kind: 'claimed',
      attempts: 1,
      calls: 0,
    });
  });

  test('the claim writes the announced attributes, with the status PENDING', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    assert.deepEqual(await item(), {
      imageId,
      ...announced,
      status: 'PENDING',
      claimOwner: 'first',
      claimUntil: first.untilMs,
      attempts: 1,
    });
  });

  test('a claimed picture is taken until its claim is over', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    assert.deepEqual(await table.claim(imageId, announced, second), {
      kind: 'taken',
      untilMs: first.untilMs,
    });
  });

  test('a failed claim changes nothing', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    const asClaimed = await item();
    await table.claim(imageId, { ...announced, camera: 'other' }, second);
    assert.deepEqual(await item(), asClaimed);
  });

  test('a claim holds at the very millisecond at which it ends', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    const claim = await table.claim(imageId, announced, { ...second, nowMs: first.untilMs });
    assert.equal(claim.kind, 'taken');
  });

  test('another invocation claims the picture after a claim has ended, and attempts are counted', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    assert.deepEqual(await table.claim(imageId, announced, afterFirst), {
      kind: 'claimed',
      attempts: 2,
      calls: 0,
    });
  });

  test('a picture with a final record is never claimed again', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.record(imageId, first.owner, read, 1);
    assert.deepEqual(await table.claim(imageId, announced, afterFirst), { kind: 'final' });
  });

  test('an unavailable picture is claimed again, and its next record replaces the old one', async (t) => {
    const { table, item } = await startTable(t);
    const reason = { code: 'ARCHIVED', message: 'Archived.' };
    await table.claim(imageId, announced, first);
    const { camera, capturedAt, capturedAtSource, readAt, expiresAt } = read;
    const capture = { camera, capturedAt, capturedAtSource };
    const unavailable: FinalRecord = { status: 'UNAVAILABLE', reason, ...capture, readAt, expiresAt };
    assert.equal(await table.record(imageId, 'first', unavailable, 0), 'recorded');
    assert.deepEqual(await table.claim(imageId, announced, second), {
      kind: 'claimed',
      attempts: 2,
      calls: 0,
      wasUnavailable: true,
    });
    assert.equal((await item())['readAt'], undefined);
    const later = { ...read, readAt: '2026-11-22T11:00:00.000Z' };
    assert.equal(await table.record(imageId, 'second', later, 1), 'recorded');
    assert.deepEqual([(await item())['status'], (await item())['reason']], ['READ', undefined]);
  });

  test('of ten claims at once exactly one wins', async (t) => {
    const { table } = await startTable(t);
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        table.claim(imageId, announced, { ...first, owner: `owner-${index}` }),
      ),
    );
    assert.deepEqual(claims.map(({ kind }) => kind).toSorted(), [
      'claimed',
      ...Array.from({ length: 9 }, () => 'taken'),
    ]);
  });

  test('of ten claims at once on a claim that is over exactly one wins', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        table.claim(imageId, announced, { ...afterFirst, owner: `owner-${index}` }),
      ),
    );
    assert.equal(claims.filter(({ kind }) => kind === 'claimed').length, 1);
  });

  test('a failed claim finds the owner by a consistent read', async (t) => {
    const { table, requests } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.claim(imageId, announced, second);
    const reads = requests.filter(({ operation }) => operation === 'GetItem');
    assert.deepEqual(
      reads.map(({ body }) => consistentRead.parse(JSON.parse(String(body)))),
      [{ ConsistentRead: true }],
    );
  });

  test('a record that is gone when a failed claim reads it can be claimed again at once', async (t) => {
    const { table, fail } = await startTable(t);
    fail('UpdateItem', jsonError('ConditionalCheckFailedException'));
    assert.deepEqual(await table.claim(imageId, announced, first), { kind: 'taken', untilMs: first.nowMs });
  });

  test('two pictures do not block each other', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    const other = await table.claim(`${imageId}2`, announced, second);
    assert.equal(other.kind, 'claimed');
  });
});

describe('record', () => {
  test('the final record has what was announced and what was read', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    assert.equal(await table.record(imageId, first.owner, read, 1), 'recorded');
    assert.deepEqual(await item(), { imageId, ...announced, ...read, attempts: 1, calls: 1 });
  });

  test('hangul is stored unchanged', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.record(imageId, first.owner, { ...read, plate: '서울12가3456' }, 1);
    assert.equal((await item())['plate'], '서울12가3456');
  });

  for (const confidence of [0, 1, 0.1, 0.9300000000000002, 0.12345678901234568, 1e-130]) {
    test(`a confidence of ${confidence} is stored unchanged`, async (t) => {
      const { table, item } = await startTable(t);
      await table.claim(imageId, announced, first);
      await table.record(imageId, first.owner, { ...read, confidence }, 1);
      assert.equal((await item())['confidence'], confidence);
    });
  }

  test('corners between pixels and outside the picture are stored unchanged', async (t) => {
    const { table, item } = await startTable(t);
    const oddBox = { ...box, x1: -12.5, y1: 0, x2: 1e6, y2: 523.3333333333334 };
    await table.claim(imageId, announced, first);
    await table.record(imageId, first.owner, { ...read, box: oddBox }, 1);
    assert.deepEqual((await item())['box'], oddBox);
  });

  test('only the owner of the claim writes it', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    const asClaimed = await item();
    assert.equal(await table.record(imageId, second.owner, read, 1), 'claim-lost');
    assert.deepEqual(await item(), asClaimed);
  });

  test('an owner that has lost its claim does not write it', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.claim(imageId, announced, afterFirst);
    assert.equal(await table.record(imageId, first.owner, read, 1), 'claim-lost');
    assert.equal((await item())['status'], 'PENDING');
  });

  describe('of the next owner', () => {
    async function startTakenOver(t: TestContext) {
      const started = await startTable(t);
      await started.table.claim(imageId, announced, first);
      await started.table.claim(imageId, announced, afterFirst);
      await started.table.record(imageId, afterFirst.owner, read, 1);
      return started;
    }
    const late = { ...read, plate: '999허9999', readAt: '2026-11-22T10:01:30.000Z' };

    test('stays as it is', async (t) => {
      const { table, item } = await startTakenOver(t);
      const asRecorded = await item();
      await table.record(imageId, first.owner, late, 1);
      assert.deepEqual(await item(), asRecorded);
    });

    test('is distinguished from the own record', async (t) => {
      const { table } = await startTakenOver(t);
      assert.equal(await table.record(imageId, first.owner, late, 1), 'final-before');
    });
  });

  test('a picture that was never claimed gets none', async (t) => {
    const { table, item } = await startTable(t);
    assert.equal(await table.record(imageId, first.owner, read, 1), 'claim-lost');
    assert.deepEqual(await item(), {});
  });

  test('a picture that was finally read keeps no old reason', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    await table.claim(imageId, announced, second);
    await table.record(imageId, second.owner, read, 2);
    assert.deepEqual(await item(), { imageId, ...announced, ...read, attempts: 2, calls: 2 });
  });

  test('a capture time that is believed now keeps no old fault', async (t) => {
    const { table, item } = await startTable(t);
    const capturedAtFault = { code: 'UNREADABLE', source: 'key', text: '2026-13-01' } as const;
    await table.claim(imageId, { ...announced, capturedAtFault }, first);
    await table.record(imageId, 'first', read, 1);
    assert.equal((await item())['capturedAtFault'], undefined);
  });

  test('a final record without a plate has its own reason instead of the old one', async (t) => {
    const { table, item } = await startTable(t);
    const reason = { code: 'EMPTY', message: 'The object is empty.' };
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    await table.claim(imageId, announced, second);
    const { camera, capturedAt, capturedAtSource, readAt, expiresAt } = read;
    await table.record(
      imageId,
      second.owner,
      { status: 'REJECTED', reason, camera, capturedAt, capturedAtSource, readAt, expiresAt },
      1,
    );
    assert.deepEqual((await item())['reason'], reason);
  });
});

describe('a release', () => {
  test('the record has the reason and the time of the next attempt', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    const { status, reason, nextTryAt } = await item();
    assert.deepEqual(
      { status, reason, nextTryAt },
      { status: 'PENDING', reason: left.reason, nextTryAt: left.nextTryAt },
    );
  });

  test('the claim is over at once', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    assert.equal((await item())['claimUntil'], 0);
  });

  test('the next attempt gets the number of calls so far', async (t) => {
    const { table } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    assert.deepEqual(await table.claim(imageId, announced, second), {
      kind: 'claimed',
      attempts: 2,
      calls: 1,
    });
  });

  test('a picture that is claimed again has no next attempt', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    await table.claim(imageId, announced, second);
    assert.equal((await item())['nextTryAt'], undefined);
  });

  test('a picture that another invocation has claimed stays with it', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.claim(imageId, announced, afterFirst);
    const takenOver = await item();
    await table.release(imageId, first.owner, left);
    assert.deepEqual(await item(), takenOver);
  });

  test('a final record stays final', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.record(imageId, first.owner, read, 1);
    const final = await item();
    await table.release(imageId, first.owner, left);
    assert.deepEqual(await item(), final);
  });
});

describe('the name of a crop', () => {
  test('is added to the final record, and changes nothing else', async (t) => {
    const { table, item } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.record(imageId, first.owner, read, 1);
    const final = await item();
    await table.nameCrop(imageId, read.readAt, 'abc.jpg');
    assert.deepEqual(await item(), { ...final, cropKey: 'abc.jpg' });
  });

  test('never makes a record again that has expired meanwhile', async (t) => {
    const { table, item } = await startTable(t);
    await table.nameCrop(imageId, read.readAt, 'abc.jpg');
    assert.deepEqual(await item(), {});
  });
});

test('a final record gets more time than other requests, since its call is paid for', async (t) => {
  const { table, item, fail } = await startTable(t);
  await table.claim(imageId, announced, first);
  // Each longer than the client waits for one reply: together more than the five seconds of another request.
  for (let attempt = 0; attempt < 3; attempt += 1) fail('UpdateItem', { kind: 'delay', delayMs: 2500 });
  assert.equal(await table.record(imageId, first.owner, read, 1), 'recorded');
  assert.equal((await item())['status'], 'READ');
});

describe('a reply that is lost after its effect', () => {
  test('of a claim still counts as claimed, once', async (t) => {
    const { table, fail } = await startTable(t);
    fail('UpdateItem', lostReply);
    assert.deepEqual(await table.claim(imageId, announced, first), {
      kind: 'claimed',
      attempts: 1,
      calls: 0,
    });
  });

  test('of a second claim still counts as claimed, once', async (t) => {
    const { table, fail } = await startTable(t);
    await table.claim(imageId, announced, first);
    await table.release(imageId, first.owner, left);
    fail('UpdateItem', lostReply);
    assert.deepEqual(await table.claim(imageId, announced, second), {
      kind: 'claimed',
      attempts: 2,
      calls: 1,
    });
  });

  test('of a final record still counts as recorded, its calls once', async (t) => {
    const { table, item, fail } = await startTable(t);
    await table.claim(imageId, announced, first);
    fail('UpdateItem', lostReply);
    assert.equal(await table.record(imageId, first.owner, read, 1), 'recorded');
    assert.deepEqual(await item(), { imageId, ...announced, ...read, attempts: 1, calls: 1 });
  });

  test('of a release changes nothing, and its calls are counted once', async (t) => {
    const { table, item, fail } = await startTable(t);
    await table.claim(imageId, announced, first);
    fail('UpdateItem', lostReply);
    await table.release(imageId, first.owner, left);
    const { calls, claimUntil } = await item();
    assert.deepEqual({ calls, claimUntil }, { calls: 1, claimUntil: 0 });
  });
});

describe('a failure of DynamoDB', () => {
  test('a claim that is throttled once succeeds', async (t) => {
    const { table, fail } = await startTable(t);
    fail('UpdateItem', jsonError('ThrottlingException'));
    const claim = await table.claim(imageId, announced, first);
    assert.deepEqual(claim, { kind: 'claimed', attempts: 1, calls: 0 });
  });

  for (const code of ['ThrottlingException', 'AccessDeniedException', 'ResourceNotFoundException']) {
    test(`a claim that ends in ${code} throws that code`, async (t) => {
      const { table, fail } = await startTable(t, { maxAttempts: 1 });
      fail('UpdateItem', jsonError(code));
      await assert.rejects(
        table.claim(imageId, announced, first),
        isOutsideError(`DYNAMODB_${code.toUpperCase()}`),
      );
    });
  }

  test('a final record that cannot be written is an error', async (t) => {
    const { table, fail } = await startTable(t, { maxAttempts: 1 });
    await table.claim(imageId, announced, first);
    fail('UpdateItem', jsonError('InternalServerError', 500));
    await assert.rejects(
      table.record(imageId, first.owner, read, 1),
      isOutsideError('DYNAMODB_INTERNALSERVERERROR'),
    );
  });

  test('a failed release throws', async (t) => {
    const { table, fail } = await startTable(t, { maxAttempts: 1 });
    await table.claim(imageId, announced, first);
    fail('UpdateItem', jsonError('InternalServerError', 500));
    await assert.rejects(
      table.release(imageId, first.owner, left),
      isOutsideError('DYNAMODB_INTERNALSERVERERROR'),
    );
  });

  test('a failed claim whose owner cannot be read is an error, not a claim', async (t) => {
    const { table, fail } = await startTable(t, { maxAttempts: 1 });
    await table.claim(imageId, announced, first);
    fail('GetItem', jsonError('ThrottlingException'));
    await assert.rejects(
      table.claim(imageId, announced, second),
      isOutsideError('DYNAMODB_THROTTLINGEXCEPTION'),
    );
  });

  test('a table that only breaks connections is an error', async (t) => {
    const { table, fail } = await startTable(t, { maxAttempts: 2 });
    fail('UpdateItem', { kind: 'lost-request' }, 2);
    await assert.rejects(table.claim(imageId, announced, first), OutsideError);
  });
});
