import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { test, type TestContext } from 'vitest';
import * as z from 'zod';
import { readStatuses } from '../../../cli/aws/stored-statuses.ts';
import { startServer } from '../../functions/adapters/start-server.ts';

const request = z.object({
  RequestItems: z.object({ readings: z.looseObject({ Keys: z.array(z.object({ imageId: z.unknown() })) }) }),
});

/**
 * A DynamoDB that answers at most `answeredAtOnce` keys of each request; `asked` has the number of keys of
 * each request.
 */
async function startTable(t: TestContext, answeredAtOnce: number) {
  const asked: number[] = [];
  const { url } = await startServer(t, (incoming, response) => {
    void json(incoming).then((body) => {
      const { readings } = request.parse(body).RequestItems;
      const answered = readings.Keys.slice(0, answeredAtOnce);
      const left = readings.Keys.slice(answeredAtOnce);
      asked.push(readings.Keys.length);
      response.end(
        JSON.stringify({
          Responses: { readings: answered.map((key) => ({ ...key, status: { S: 'READ' } })) },
          UnprocessedKeys: left.length > 0 ? { readings: { ...readings, Keys: left } } : {},
        }),
      );
    });
  });
  const dynamodb = new DynamoDBClient({
    endpoint: url,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  t.onTestFinished(() => {
    dynamodb.destroy();
  });
  return { dynamodb, asked };
}

test('requests are repeated until DynamoDB has answered every key, without duplicate keys', async (t) => {
  const { dynamodb, asked } = await startTable(t, 1);
  const statuses = await readStatuses(dynamodb, 'readings', ['a', 'b', 'a', 'c']);
  assert.deepEqual(Object.fromEntries(statuses), {
    a: { status: 'READ' },
    b: { status: 'READ' },
    c: { status: 'READ' },
  });
  assert.deepEqual(asked, [3, 2, 1]);
});

test('no request has more than the 100 keys that DynamoDB allows', async (t) => {
  const { dynamodb, asked } = await startTable(t, 100);
  const imageIds = Array.from({ length: 250 }, (_, index) => `picture ${index}`);
  const statuses = await readStatuses(dynamodb, 'readings', imageIds);
  assert.deepEqual([...statuses.keys()], imageIds);
  assert.deepEqual(asked, [100, 100, 50]);
});
