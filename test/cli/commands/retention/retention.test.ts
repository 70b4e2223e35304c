import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { putItems, recordOf } from '../../put-items.ts';
import { runPlateline } from '../../run-plateline.ts';

const daySeconds = 24 * 3600;
const nowSeconds = Math.floor(Date.now() / 1000);
const daysAgo = (days: number) => nowSeconds - days * daySeconds;
const expiry = (days: number) => daysAgo(days) + 90 * daySeconds;
const readDaysAgo = (days: number) => ({
  lastFour: '3456',
  readAt: new Date(daysAgo(days) * 1000).toISOString(),
  expiresAt: expiry(days),
});

const young = recordOf('gate/young.jpg', readDaysAgo(5));
const old = recordOf('gate/old.jpg', readDaysAgo(60));
const waiting = {
  ...recordOf('gate/waiting.jpg', { status: 'PENDING', ...readDaysAgo(1) }),
  readAt: undefined,
};
const expired = recordOf('gate/expired.jpg', { ...readDaysAgo(91) });

const summary = z.object({
  records: z.number(),
  earlier: z.number(),
  expired: z.number(),
  later: z.number(),
  waiting: z.number(),
});

describe('records and their retention:', () => {
  let stack: LocalStack;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  });
  beforeEach(() => putItems(dynamodb, stack.tableName, [young, old, waiting, expired]));
  afterAll(async () => {
    dynamodb.destroy();
    await stack.stop();
  });

  const run = (...args: string[]) =>
    runPlateline([...args, '--stage', 'local', '--endpoint-url', stack.gateway.url]);
  const expiresAt = async ({ imageId }: { readonly imageId: string }) => {
    const { Item: item = {} } = await dynamodb.send(
      new GetItemCommand({ TableName: stack.tableName, Key: marshall({ imageId }), ConsistentRead: true }),
    );
    const { expiresAt: stored } = z.object({ expiresAt: z.number() }).parse(unmarshall(item));
    return stored;
  };

  test('a lower retention counts from the reading, and lets old records expire at once', async () => {
    const { output, status } = await run('retention', '--days', '30', '--json');
    assert.equal(status, 0);
    assert.deepEqual(summary.parse(JSON.parse(output)), {
      records: 3,
      earlier: 2,
      expired: 1,
      later: 0,
      waiting: 1,
    });
    assert.equal(await expiresAt(young), daysAgo(5) + 30 * daySeconds);
    assert.equal(await expiresAt(old), daysAgo(60) + 30 * daySeconds);
  });

  test('a higher retention keeps records longer, and brings no expired record back', async () => {
    await run('retention', '--days', '365');
    assert.equal(await expiresAt(young), daysAgo(5) + 365 * daySeconds);
    assert.equal(await expiresAt(expired), expiry(91));
  });

  test('a waiting picture keeps its date until it is read', async () => {
    await run('retention', '--days', '30');
    assert.equal(await expiresAt(waiting), expiry(1));
  });

  test('a dry run changes nothing and says what would change', async () => {
    const { output } = await run('retention', '--days', '30', '--dry-run');
    assert.equal(await expiresAt(young), expiry(5));
    assert.match(
      output,
      /2 would expire earlier, 1 of them at once, and 0 later\..* Nothing was written\.$/m,
    );
  });

  test('a retention under which a message could cost a second call is refused', async () => {
    const { status, errors } = await run('retention', '--days', '27');
    assert.notEqual(status, 0);
    assert.match(errors, /whole number from 28 to 3650/);
  });

  for (const [what, args] of Object.entries({
    'find of its plate': ['find', expired.plate],
    'find of its last four digits': ['find', '--last', '3456'],
    'find that reads the whole table': ['find', '*', '--scan'],
    'find of its camera': ['find', '*', '--camera', expired.camera],
    'export of all cameras': ['export'],
    'export of its camera': ['export', '--camera', expired.camera],
  })) {
    test(`a record that has expired is not in what is shown, although DynamoDB still has it: ${what}`, async () => {
      const { output, status } = await run(...args, '--json');
      assert.equal(status, 0, output);
      assert.ok(output.includes('young.jpg'), output);
      assert.ok(!output.includes('expired.jpg'));
    });
  }

  test('a record that has expired is not in what is shown: show of its image', async () => {
    const { status, errors } = await run('show', expired.imageId);
    assert.notEqual(status, 0);
    assert.match(errors, /has no record of/);
  });
});
