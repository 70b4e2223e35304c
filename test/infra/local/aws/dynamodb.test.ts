import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { test } from 'vitest';
import * as z from 'zod';
import { startDynamodb } from '../../../../infra/local/aws/dynamodb.ts';

const requestStart = z.object({ request: z.instanceof(IncomingMessage) });

test('the local DynamoDB answers every request that has begun before it stops', async () => {
  const server = await startDynamodb();
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const TableName = 'readings';
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'imageId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'imageId', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 }, { TableName });

  const begun = new Promise<void>((resolve) => {
    subscribe('http.server.request.start', (message) => {
      requestStart.parse(message).request.once('end', resolve);
    });
  });
  const updated = client.send(new UpdateItemCommand({ TableName, Key: { imageId: { S: 'picture' } } }));
  await begun;
  await server.stop();
  await updated;
  client.destroy();
});
