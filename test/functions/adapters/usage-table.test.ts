import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import createDynalite from 'dynalite';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { createUsageTable } from '../../../functions/adapters/usage-table.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { mostCamerasADay, otherCameras, type UsageIncrement } from '../../../functions/core/record/usage.ts';
import { jsonError, startFaultProxy } from '../../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback, type LoopbackServer } from '../../../infra/local/loopback-server.ts';
import { clientConfiguration } from './client-configuration.ts';
import { createUsageTableIn } from './create-usage-table.ts';
import { startServer } from './start-server.ts';
import { within } from './within.ts';

const day = '2026-11-22';
const counts = {
  pictures: 3,
  reads: 1,
  noPlates: 1,
  unreadable: 0,
  rejected: 0,
  gone: 1,
  unavailable: 0,
  calls: 2,
  capturedAtFaults: 1,
  keysNotMatched: 0,
};
const ofGate: UsageIncrement = { day, camera: 'gate', counts };
const ofYard: UsageIncrement = { day, camera: '마당', counts };

let dynalite: LoopbackServer;
beforeAll(async () => {
  dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
});
afterAll(() => dynalite.stop());

/** A table of its own, behind a proxy with scripted faults. */
async function startTable(t: TestContext) {
  const client = new DynamoDBClient(clientConfiguration(dynalite.url));
  const tableName = await createUsageTableIn(client);
  const proxy = await startFaultProxy({ targetUrl: dynalite.url, port: 0, recordRequests: true });
  t.onTestFinished(async () => {
    await proxy.stop();
    client.destroy();
  });
  return {
    proxy,
    client,
    tableName,
    table: createUsageTable(tableName, clientConfiguration(proxy.url)),
    item: async (camera: string) => {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ day, camera }), ConsistentRead: true }),
      );
      return item && unmarshall(item);
    },
  };
}

describe('what is added', () => {
  test('begins the counters of a day and camera', async (t) => {
    const { table, item } = await startTable(t);
    await table.add([ofGate]);
    assert.deepEqual(await item('gate'), { day, camera: 'gate', ...counts });
  });

  test('is added to the stored counts', async (t) => {
    const { table, item } = await startTable(t);
    await table.add([ofGate]);
    await Promise.all([table.add([ofGate]), table.add([ofGate])]);
    const { pictures, calls } = (await item('gate')) ?? {};
    assert.deepEqual([pictures, calls], [9, 6]);
  });

  test('is kept by camera, in one request each after the first of a day', async (t) => {
    const { table, item, proxy } = await startTable(t);
    await table.add([ofGate, ofYard]);
    assert.deepEqual([(await item('gate'))?.['pictures'], (await item('마당'))?.['pictures']], [3, 3]);
    assert.equal(proxy.requests.length, 6);
    await table.add([ofGate, ofYard]);
    assert.equal(proxy.requests.length, 8);
  });

  test('for an endless list of cameras fills the table with a bounded number of counters a day', async (t) => {
    const { table, item, client, tableName } = await startTable(t);
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall({ day: `${day} cameras`, camera: 'places', taken: mostCamerasADay - 1 }),
      }),
    );
    const spoofed = Array.from({ length: 5 }, (_, number) => ({ ...ofGate, camera: `spoofed-${number}` }));
    for (const increment of spoofed) await table.add([increment]);
    assert.equal((await item('spoofed-0'))?.['pictures'], 3);
    assert.equal(await item('spoofed-1'), undefined);
    assert.equal((await item(otherCameras))?.['pictures'], 12);
  });

  test('for a camera that has its counters already is never counted for the others', async (t) => {
    const { table, item, client, tableName } = await startTable(t);
    await table.add([ofGate]);
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall({ day: `${day} cameras`, camera: 'places', taken: mostCamerasADay }),
      }),
    );
    await table.add([ofGate, ofYard]);
    assert.deepEqual([(await item('gate'))?.['pictures'], (await item(otherCameras))?.['pictures']], [6, 3]);
  });

  test('counts hours in the same request', async (t) => {
    const { table, item, proxy } = await startTable(t);
    await table.add([ofGate]);
    const before = proxy.requests.length;
    await table.add([{ ...ofGate, hours: { reads08: 1, noPlates23: 1 } }]);
    await table.add([{ ...ofGate, hours: { reads08: 1 } }]);
    assert.equal(proxy.requests.length - before, 2);
    const stored = await item('gate');
    assert.deepEqual([stored?.['reads08'], stored?.['noPlates23'], stored?.['reads']], [2, 1, 3]);
  });

  test('costs no request where there is nothing to add', async (t) => {
    const { table, proxy } = await startTable(t);
    await table.add([]);
    assert.deepEqual(proxy.requests, []);
  });
});

describe('an addition that fails', () => {
  const throttled = (error: unknown) =>
    error instanceof OutsideError && error.code === 'DYNAMODB_THROTTLINGEXCEPTION';

  test('is not sent again, since it could count twice', async (t) => {
    const { table, proxy } = await startTable(t);
    proxy.fail({ fault: jsonError('ThrottlingException'), times: 1 });
    await assert.rejects(table.add([ofGate]), throttled);
    assert.equal(proxy.requests.length, 1);
  });

  test('does not affect the others', async (t) => {
    const { table, proxy, item } = await startTable(t);
    proxy.fail({
      fault: jsonError('ThrottlingException'),
      when: ({ body }) => body?.includes('gate') ?? false,
    });
    await assert.rejects(table.add([ofGate, ofYard]), throttled);
    assert.deepEqual([await item('gate'), (await item('마당'))?.['pictures']], [undefined, 3]);
  });

  test('without an answer ends within two seconds', async (t) => {
    const { url } = await startServer(t, () => undefined);
    const added = createUsageTable('usage', clientConfiguration(url)).add([ofGate, ofYard]);
    await assert.rejects(
      within(2500, added),
      (error) => error instanceof OutsideError && error.code.startsWith('DYNAMODB_'),
    );
  });
});
