import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { readStatuses } from '../../cli/stored-statuses.ts';
import { startServer } from '../adapters/start-server.ts';

const request = z.object({
  RequestItems: z.object({ readings: z.looseObject({ Keys: z.array(z.object({ imageId: z.unknown() })) }) }),
});

test('statuses are asked for until DynamoDB has answered for every picture, each asked for once', async (t) => {
  const asked: number[] = [];
  const { url } = await startServer(t, (incoming, response) => {
    void json(incoming).then((body) => {
      const { readings } = request.parse(body).RequestItems;
      const [first, ...rest] = readings.Keys;
      asked.push(readings.Keys.length);
      response.end(
        JSON.stringify({
          Responses: { readings: [{ ...first, status: { S: 'READ' } }] },
          UnprocessedKeys: rest.length > 0 ? { readings: { ...readings, Keys: rest } } : {},
        }),
      );
    });
  });
  const dynamodb = new DynamoDBClient({
    endpoint: url,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  t.after(() => {
    dynamodb.destroy();
  });
  const statuses = await readStatuses(dynamodb, 'readings', ['a', 'b', 'a', 'c']);
  assert.deepEqual(Object.fromEntries(statuses), {
    a: { status: 'READ' },
    b: { status: 'READ' },
    c: { status: 'READ' },
  });
  assert.deepEqual(asked, [3, 2, 1]);
});
