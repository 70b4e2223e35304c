import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import type { RunningConsole } from '../../../cli/console/start-console.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { putItems } from '../put-items.ts';
import { startConsoleOn } from './pipeline-console.ts';
import { signIn, type RawClient } from './raw-client.ts';

const usage = z.object({
  days: z.array(z.object({ day: z.string(), pictures: z.number() })),
  cameras: z.array(z.object({ camera: z.string(), pictures: z.number() })),
  total: z.object({ pictures: z.number(), calls: z.number() }),
  awsDollars: z.number(),
});

describe('Usage in the console', () => {
  let stack: LocalStack;
  let running: RunningConsole;
  let ask: RawClient;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    stack = await startLocalStack({ polling: false, recordRequests: true });
    const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
    await putItems(dynamodb, stack.usageTableName, [
      { day: '2026-10-01', camera: 'gate', pictures: 10, reads: 9, noPlates: 1, calls: 11 },
      { day: '2026-10-02', camera: 'gate', pictures: 5, reads: 5, calls: 5 },
      { day: '2026-10-02', camera: '<b>', pictures: 3, unreadable: 3, calls: 4 },
      { day: '2026-09-30', camera: 'gate', pictures: 99, calls: 99 },
    ]);
    dynamodb.destroy();
    running = await startConsoleOn(stack, { writer: undefined, bugs });
    ask = await signIn(running);
  });
  afterAll(async () => {
    await running.close();
    await stack.stop();
    assert.deepEqual(bugs, []);
  });

  const usageOf = async (query: string) => usage.parse((await ask('GET', `/api/usage?${query}`)).json);

  test('sums a month by day and by camera, and states its cost', async () => {
    const { days, cameras, total, awsDollars } = await usageOf('month=2026-10');
    assert.deepEqual(days, [
      { day: '2026-10-01', pictures: 10 },
      { day: '2026-10-02', pictures: 8 },
    ]);
    assert.deepEqual(cameras, [
      { camera: '<b>', pictures: 3 },
      { camera: 'gate', pictures: 15 },
    ]);
    assert.deepEqual(total, { pictures: 18, calls: 20 });
    assert.ok(awsDollars > 10 && awsDollars < 20);
    assert.ok(!stack.dynamodb.requests.some(({ operation }) => operation === 'Scan'));
  });

  test('shows the days of one camera', async () => {
    const { days, total } = await usageOf(`month=2026-10&camera=${encodeURIComponent('<b>')}`);
    assert.deepEqual(days, [{ day: '2026-10-02', pictures: 3 }]);
    assert.equal(total.pictures, 3);
  });

  test('refuses a month that is none in a sentence', async () => {
    for (const month of ['2026-13', '2999-01', '<script>']) {
      const { status, json } = await ask('GET', `/api/usage?${new URLSearchParams({ month }).toString()}`);
      assert.equal(status, 400, month);
      assert.match(JSON.stringify(json), /USAGE/);
    }
  });
});
