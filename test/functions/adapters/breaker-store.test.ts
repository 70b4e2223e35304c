import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import createDynalite from 'dynalite';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createBreakerStore } from '../../../functions/adapters/breaker-store.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { listenOnLoopback, type LoopbackServer } from '../../../infra/local/loopback-server.ts';
import { clientConfiguration } from './client-configuration.ts';
import { createUsageTableIn } from './create-usage-table.ts';

const first = { refusedFrom: 1000, refusedUntil: 1000, probeAfter: 0 };
const open = { refusedFrom: 1000, refusedUntil: 4_000_000, probeAfter: 5_000_000 };

let dynalite: LoopbackServer;
beforeAll(async () => {
  dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
});
afterAll(() => dynalite.stop());

/** Two stores of one table of their own, as two sandboxes have them. */
async function startStores() {
  const client = new DynamoDBClient(clientConfiguration(dynalite.url));
  const tableName = await createUsageTableIn(client);
  client.destroy();
  const newStore = () => createBreakerStore(tableName, clientConfiguration(dynalite.url));
  return { one: newStore(), other: newStore() };
}

describe('the row of refusals', () => {
  test('is absent at first, shared by all, and absent again when it ends', async () => {
    const { one, other } = await startStores();
    assert.equal(await one.read(), undefined);
    assert.equal(await one.replace(undefined, first), true);
    assert.deepEqual(await other.read(), first);
    assert.equal(await other.replace(first, open), true);
    assert.equal(await one.replace(open, undefined), true);
    assert.equal(await other.read(), undefined);
  });

  test('is replaced only by who knows it: of fifty at once, one', async () => {
    const { one, other } = await startStores();
    await one.replace(undefined, open);
    const probe = { ...open, probeAfter: 6_000_000 };
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).replace(open, probe)),
    );
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal(await one.replace(undefined, first), false);
    assert.equal(await one.replace(open, undefined), false);
  });

  test('is an error where the table is missing', async () => {
    const store = createBreakerStore('missing', clientConfiguration(dynalite.url));
    for (const request of [store.read(), store.replace(undefined, first)]) {
      await assert.rejects(
        request,
        (error) => error instanceof OutsideError && error.code === 'DYNAMODB_RESOURCENOTFOUNDEXCEPTION',
      );
    }
  });
});
