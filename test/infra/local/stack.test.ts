import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { DescribeTableCommand, DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, test, type TestContext } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { startS3AndSqs } from '../../../infra/local/aws/s3-and-sqs.ts';
import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../../infra/local/stack.ts';
import { eventually } from '../../eventually.ts';
import { writeFunction } from './lambda/stack-function.ts';

async function start(context: TestContext, options: LocalStackOptions = {}): Promise<LocalStack> {
  const stack = await startLocalStack({ polling: false, ...options });
  context.onTestFinished(() => stack.stop());
  return stack;
}

/** Destroys an SDK client after the test. */
function using<Client extends { destroy(): void }>(context: TestContext, client: Client): Client {
  context.onTestFinished(() => {
    client.destroy();
  });
  return client;
}

const urlsOf = ({ s3, sqs, dynamodb, ssm, vehiclePlateEndpoint }: LocalStack) =>
  [s3, sqs, dynamodb, ssm, vehiclePlateEndpoint].map(({ url }) => url);

/** Returns `connected`, or the code of the error. */
async function tryToConnect(url: string, host: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), host);
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

describe('the local stack', () => {
  test('has the table Readings of the template, with its key and indexes', async (context) => {
    const stack = await start(context);
    const dynamodb = using(context, new DynamoDBClient(stack.dynamodb.clientConfiguration));
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: stack.tableName }));
    assert.equal(Table?.TableStatus, 'ACTIVE');
    assert.deepEqual(Table.KeySchema, [{ AttributeName: 'imageId', KeyType: 'HASH' }]);
    assert.equal(Table.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    const indexes = Table.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      keys: KeySchema?.map(({ AttributeName }) => AttributeName),
      Projection,
    }));
    assert.deepEqual(
      indexes?.sort((a, b) => String(a.IndexName).localeCompare(String(b.IndexName))),
      [
        { IndexName: 'byCamera', keys: ['camera', 'capturedAt'], Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'byLastFour', keys: ['lastFour', 'capturedAt'], Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'byNextTry', keys: ['camera', 'nextTryAt'], Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'byPlate', keys: ['plateKey', 'capturedAt'], Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'byReview', keys: ['reviewState', 'capturedAt'], Projection: { ProjectionType: 'ALL' } },
      ],
    );
  });

  test('has the table Usage of the template, with its key', async (context) => {
    const stack = await start(context);
    const dynamodb = using(context, new DynamoDBClient(stack.dynamodb.clientConfiguration));
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: stack.usageTableName }));
    assert.deepEqual(Table?.KeySchema, [
      { AttributeName: 'day', KeyType: 'HASH' },
      { AttributeName: 'camera', KeyType: 'RANGE' },
    ]);
  });

  test('has the queue of the template with its dead-letter queue', async (context) => {
    const stack = await start(context);
    const sqs = using(context, new SQSClient(stack.sqs.clientConfiguration));
    const attributesOf = async (queueUrl: string) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] })))
        .Attributes;
    const queue = await attributesOf(stack.queueUrl);
    const deadLetterQueue = await attributesOf(stack.deadLetterQueueUrl);
    assert.equal(queue?.QueueArn, stack.queueArn);
    assert.equal(queue.VisibilityTimeout, '360');
    assert.equal(queue.MessageRetentionPeriod, '1209600');
    assert.deepEqual(JSON.parse(queue.RedrivePolicy ?? ''), {
      deadLetterTargetArn: deadLetterQueue?.QueueArn,
      maxReceiveCount: 150,
    });
    assert.equal(deadLetterQueue?.MessageRetentionPeriod, '1209600');
  });

  test('lets a test set the visibility time-out and the receive count', async (context) => {
    const stack = await start(context, { visibilityTimeoutSeconds: 3, maxReceiveCount: 2 });
    const sqs = using(context, new SQSClient(stack.sqs.clientConfiguration));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: stack.queueUrl, AttributeNames: ['All'] }),
    );
    assert.equal(Attributes?.VisibilityTimeout, '3');
    assert.match(Attributes.RedrivePolicy ?? '', /"maxReceiveCount":2/);
  });

  test('returns queue URLs that work', async (context) => {
    const stack = await start(context);
    const sqs = using(context, new SQSClient(stack.sqs.clientConfiguration));
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'plateline-local-pictures' }));
    assert.equal(QueueUrl, stack.queueUrl);
    assert.equal(new URL(stack.queueUrl).origin, stack.sqs.url);
  });

  test('holds both keys in the parameter store, encrypted', async (context) => {
    const stack = await start(context);
    const ssm = using(context, new SSMClient(stack.ssm.clientConfiguration));
    const Names = [
      stack.functionOf('read-plate').environment['APP_KEY_PARAMETER'] ?? '',
      stack.functionOf('read-plate').environment['SECRET_KEY_PARAMETER'] ?? '',
    ];
    const { Parameters } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    assert.deepEqual(
      Parameters?.map(({ Type, Value }) => [Type, Value]),
      [
        ['SecureString', stack.appKey],
        ['SecureString', stack.secretKey],
      ],
    );
  });

  test("gives the function the template's environment, the local addresses and a test's additions", async (context) => {
    const stack = await start(context, { environment: { OCR_TIMEOUT_MS: '250' } });
    const { environment } = stack.functionOf('read-plate');
    assert.equal(environment['READINGS_TABLE'], stack.tableName);
    assert.equal(environment['USAGE_TABLE'], stack.usageTableName);
    assert.equal(environment['OCR_BASE_URL'], stack.vehiclePlateEndpoint.url);
    assert.equal(environment['AWS_ENDPOINT_URL_S3'], stack.s3.url);
    assert.equal(environment['AWS_ENDPOINT_URL_SQS'], stack.sqs.url);
    assert.equal(environment['AWS_ENDPOINT_URL_DYNAMODB'], stack.dynamodb.url);
    assert.equal(environment['AWS_ENDPOINT_URL_SSM'], stack.ssm.url);
    assert.equal(environment['OCR_TIMEOUT_MS'], '250');
  });

  test('can be reached only through loopback', async (context) => {
    const stack = await start(context);
    const behindTheProxies = await startS3AndSqs('ap-northeast-2');
    context.onTestFinished(() => behindTheProxies.stop());
    for (const url of [...urlsOf(stack), behindTheProxies.url]) {
      assert.equal(await tryToConnect(url, '127.0.0.1'), 'connected');
      // Another address of this machine, where only a server that listens on all addresses answers.
      assert.equal(await tryToConnect(url, '127.0.0.2'), 'ECONNREFUSED');
    }
  });

  test('leaves no open port and no process when it stops', async () => {
    const processIds: number[] = [];
    const functionPath = writeFunction(`
      console.log(process.pid);
      export const handler = () => new Promise((resolve) => setTimeout(resolve, 3_600_000));
    `);
    const onOutput = (line: string) => processIds.push(Number(line));
    const stack = await startLocalStack({
      concurrency: 1,
      modulePaths: { 'read-plate': functionPath },
      onOutput,
    });
    await eventually('a sandbox', () => processIds[0]);
    await stack.stop();
    assert.throws(() => process.kill(Number(processIds[0]), 0), { code: 'ESRCH' });
    for (const url of urlsOf(stack)) assert.equal(await tryToConnect(url, '127.0.0.1'), 'ECONNREFUSED');
  });

  test('leaves nothing running when it cannot start', async (context) => {
    const taken = await listenOnLoopback(createServer(), 0);
    context.onTestFinished(() => taken.stop());
    const takenPort = Number(new URL(taken.url).port);
    const probe = await start(context);
    await probe.stop();
    const sqsPort = Number(new URL(probe.sqs.url).port);
    await assert.rejects(startLocalStack({ polling: false, ports: { sqs: sqsPort, s3: takenPort } }), {
      code: 'EADDRINUSE',
    });
    assert.equal(await tryToConnect(probe.sqs.url, '127.0.0.1'), 'ECONNREFUSED');
  });

  test('records no requests and no calls by default, so that it can run for days', async (context) => {
    const stack = await start(context);
    const s3 = using(context, new S3Client(stack.s3.clientConfiguration));
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: 'picture.jpg', Body: 'picture' }));
    await fetch(stack.vehiclePlateEndpoint.url);
    assert.deepEqual(stack.s3.requests, []);
    assert.deepEqual(stack.vehiclePlateEndpoint.calls, []);
  });

  test('records all requests and calls on request', async (context) => {
    const stack = await start(context, { recordRequests: true });
    const s3 = using(context, new S3Client(stack.s3.clientConfiguration));
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: 'picture.jpg', Body: 'picture' }));
    await fetch(stack.vehiclePlateEndpoint.url);
    assert.deepEqual(
      stack.s3.requests.map(({ method }) => method),
      ['PUT'],
    );
    assert.deepEqual(
      stack.vehiclePlateEndpoint.calls.map(({ method }) => method),
      ['GET'],
    );
  });

  test('does not affect another stack on the same machine', async (context) => {
    const one = await start(context);
    const other = await start(context);
    const s3 = using(context, new S3Client(one.s3.clientConfiguration));
    const otherS3 = using(context, new S3Client(other.s3.clientConfiguration));
    const dynamodb = using(context, new DynamoDBClient(one.dynamodb.clientConfiguration));
    const otherDynamodb = using(context, new DynamoDBClient(other.dynamodb.clientConfiguration));
    await s3.send(new PutObjectCommand({ Bucket: one.bucket, Key: 'picture.jpg', Body: 'picture' }));
    await dynamodb.send(
      new PutItemCommand({ TableName: one.tableName, Item: { imageId: { S: 'picture' } } }),
    );
    assert.equal((await otherS3.send(new ListObjectsV2Command({ Bucket: other.bucket }))).KeyCount, 0);
    for await (const { Count } of paginateScan({ client: otherDynamodb }, { TableName: other.tableName })) {
      assert.equal(Count, 0);
    }
  });

  test('lets a test deliver an event directly', async (context) => {
    const functionPath = writeFunction('export const handler = (event) => event.Records.length;');
    const stack = await start(context, { modulePaths: { 'read-plate': functionPath } });
    assert.deepEqual(
      await stack
        .functionOf('read-plate')
        .createSandbox()
        .invoke({ Records: [1, 2] }),
      {
        kind: 'returned',
        json: '2',
      },
    );
  });
});
