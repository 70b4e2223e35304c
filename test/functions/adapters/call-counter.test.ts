import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import createDynalite from 'dynalite';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { createCallCounter } from '../../../functions/adapters/call-counter.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { noCap } from '../../../functions/core/spend/call-cap.ts';
import { jsonError, startFaultProxy } from '../../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback, type LoopbackServer } from '../../../infra/local/loopback-server.ts';
import { clientConfiguration } from './client-configuration.ts';
import { createUsageTableIn } from './create-usage-table.ts';

const today = { day: '2026-11-28', month: '2026-11' };
const tomorrow = { day: '2026-11-29', month: '2026-11' };
const nextMonth = { day: '2026-12-01', month: '2026-12' };

let dynalite: LoopbackServer;
beforeAll(async () => {
  dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
});
afterAll(() => dynalite.stop());

/** A counter in a table of its own, behind a proxy with scripted faults. */
async function startCounter(t: TestContext) {
  const client = new DynamoDBClient(clientConfiguration(dynalite.url));
  const tableName = await createUsageTableIn(client);
  const proxy = await startFaultProxy({ targetUrl: dynalite.url, port: 0, recordRequests: true });
  t.onTestFinished(async () => {
    await proxy.stop();
    client.destroy();
  });
  return {
    proxy,
    counter: createCallCounter(tableName, clientConfiguration(proxy.url)),
    stored: async () => {
      const key = marshall({ day: '2026-11 calls', camera: 'all' });
      const { Item: item = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key: key }));
      return unmarshall(item);
    },
  };
}

const isThrottled = (error: unknown) =>
  error instanceof OutsideError && error.code === 'DYNAMODB_THROTTLINGEXCEPTION';

describe('a call', () => {
  test('is counted for its day and month, in one request', async (t) => {
    const { counter, stored, proxy } = await startCounter(t);
    assert.equal(await counter.reserve(today, { perDay: 10, perMonth: noCap }), undefined);
    assert.equal(proxy.requests.length, 1);
    await counter.reserve(tomorrow, { perDay: 10, perMonth: noCap });
    assert.deepEqual(await stored(), { day: '2026-11 calls', camera: 'all', month: 2, day28: 1, day29: 1 });
  });

  test('beyond the cap of its day is not counted; the next day has calls again', async (t) => {
    const { counter, stored } = await startCounter(t);
    const caps = { perDay: 2, perMonth: noCap };
    for (const held of [undefined, undefined, { ofDay: 2, ofMonth: 2 }, { ofDay: 2, ofMonth: 2 }])
      assert.deepEqual(await counter.reserve(today, caps), held);
    assert.equal((await stored())['day28'], 2);
    assert.equal(await counter.reserve(tomorrow, caps), undefined);
  });

  test('beyond the cap of its month is not counted; the next month has calls again', async (t) => {
    const { counter } = await startCounter(t);
    const caps = { perDay: noCap, perMonth: 1 };
    assert.equal(await counter.reserve(today, caps), undefined);
    assert.deepEqual(await counter.reserve(tomorrow, caps), { ofDay: 0, ofMonth: 1 });
    assert.equal(await counter.reserve(nextMonth, caps), undefined);
  });

  test('is allowed again when the cap is raised', async (t) => {
    const { counter } = await startCounter(t);
    await counter.reserve(today, { perDay: 1, perMonth: noCap });
    assert.notEqual(await counter.reserve(today, { perDay: 1, perMonth: noCap }), undefined);
    assert.equal(await counter.reserve(today, { perDay: 2, perMonth: noCap }), undefined);
  });

  test('that is given back can be made later', async (t) => {
    const { counter } = await startCounter(t);
    const caps = { perDay: 1, perMonth: 1 };
    await counter.reserve(today, caps);
    await counter.giveBack(today);
    assert.equal(await counter.reserve(today, caps), undefined);
  });

  test('is never allowed twice: of twenty at once, exactly as many as the cap says', async (t) => {
    const { counter } = await startCounter(t);
    const caps = { perDay: 7, perMonth: 20 };
    const results = await Promise.all(Array.from({ length: 20 }, () => counter.reserve(today, caps)));
    assert.equal(results.filter((held) => held === undefined).length, 7);
  });
});

test('a change that DynamoDB refuses is not sent again, and is an error', async (t) => {
  const { counter, proxy } = await startCounter(t);
  proxy.fail({ fault: jsonError('ThrottlingException'), times: 2 });
  await assert.rejects(counter.reserve(today, { perDay: 9, perMonth: 9 }), isThrottled);
  await assert.rejects(counter.giveBack(today), isThrottled);
  assert.equal(proxy.requests.length, 2);
});
