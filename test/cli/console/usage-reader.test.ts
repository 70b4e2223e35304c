import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { test } from 'vitest';
import { createUsageReader } from '../../../cli/console/usage-reader.ts';
import { startLocalStack } from '../../../infra/local/stack.ts';
import { putItems } from '../put-items.ts';

test('a day that is over is asked once; today and yesterday are asked each time', async (t) => {
  const stack = await startLocalStack({ polling: false, recordRequests: true });
  const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  t.onTestFinished(async () => {
    dynamodb.destroy();
    await stack.stop();
  });
  const days = ['2026-11-20', '2026-11-21', '2026-11-22'];
  await putItems(
    dynamodb,
    stack.usageTableName,
    days.map((day) => ({ day, camera: 'gate', pictures: 1 })),
  );
  const readDays = createUsageReader(dynamodb, stack.usageTableName, () =>
    Date.parse('2026-11-22T03:00:00Z'),
  );
  const queries = () => stack.dynamodb.requests.filter(({ operation }) => operation === 'Query').length;
  const span = { firstDay: '2026-11-20', lastDay: '2026-11-22' };
  assert.deepEqual(
    (await readDays(span)).map(({ day }) => day),
    days,
  );
  assert.equal(queries(), 3);
  assert.equal((await readDays(span)).length, 3);
  assert.equal(queries(), 5);
});
