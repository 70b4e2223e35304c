import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { BatchGetItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../../cli/aws/clients.ts';
import { jsonError, s3Error } from '../../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';

const region = 'ap-northeast-2';

describe("the command's clients", () => {
  let stack: LocalStack;
  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'local';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
    stack = await startLocalStack({ polling: false });
  });
  afterAll(() => stack.stop());

  const connection = () => ({ region, profile: undefined, endpointUrl: stack.gateway.url });
  const getItem = (TableName: string) =>
    createDynamoDBClient(connection()).send(
      new GetItemCommand({ TableName, Key: { imageId: { S: 's3://bucket/key?etag=1' } } }),
    );
  const listObjects = (Bucket: string) =>
    createS3Client(connection()).send(new ListObjectsV2Command({ Bucket }));
  const getQueueUrl = (QueueName: string) =>
    createSqsClient(connection()).send(new GetQueueUrlCommand({ QueueName }));
  const putParameter = () =>
    createSsmClient(connection()).send(new PutParameterCommand({ Name: '/a/b', Value: 'c', Type: 'String' }));

  test('answer like any other client where nothing is wrong', async () => {
    assert.equal((await getItem(stack.tableName)).Item, undefined);
    assert.equal((await listObjects(stack.bucket)).KeyCount, 0);
    assert.match((await getQueueUrl('plateline-local-pictures')).QueueUrl ?? '', /plateline-local-pictures$/);
    assert.equal((await putParameter()).Version, 1);
  });

  test('name a table that is not there, where it was looked for, and what names another', async () => {
    await assert.rejects(getItem('plateline-dve-readings'), {
      code: 'NO_TABLE',
      message: `There is no table plateline-dve-readings in ${region} at ${stack.gateway.url}; --stage names another stage, --table another table of readings, --region another region.`,
    });
  });

  test('name it also where several records were asked for at once', async () => {
    const RequestItems = { 'plateline-dve-readings': { Keys: [{ imageId: { S: 'any' } }] } };
    await assert.rejects(createDynamoDBClient(connection()).send(new BatchGetItemCommand({ RequestItems })), {
      code: 'NO_TABLE',
      message: /no table plateline-dve-readings in ap-northeast-2/,
    });
  });

  test('name no option for another table of usage, since there is none', async () => {
    await assert.rejects(getItem('plateline-dve-usage'), {
      code: 'NO_TABLE',
      message: `There is no table plateline-dve-usage in ${region} at ${stack.gateway.url}; --stage names another stage, --region another region.`,
    });
  });

  const page = {
    kind: 'reply',
    statusCode: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Log in as canary<br></body></html>',
  } as const;
  test('say that what answers with a page is not AWS, and quote nothing of it', async () => {
    const message = `What answers at ${stack.gateway.url} is not AWS; is there a proxy?`;
    stack.dynamodb.fail({ fault: page });
    await assert.rejects(getItem(stack.tableName), { code: 'NOT_AWS', message });
    stack.s3.fail({ fault: page });
    await assert.rejects(listObjects(stack.bucket), { code: 'NOT_AWS', message });
  });

  test('name a queue and a bucket that are not there', async () => {
    await assert.rejects(getQueueUrl('plateline-dve-pictures'), {
      code: 'NO_QUEUE',
      message: /no queue plateline-dve-pictures in ap-northeast-2/,
    });
    await assert.rejects(listObjects('no-such-bucket'), {
      code: 'NO_BUCKET',
      message: /no bucket no-such-bucket in ap-northeast-2/,
    });
  });

  const answers = {
    ExpiredTokenException: ['EXPIRED_CREDENTIALS', /expired/],
    UnrecognizedClientException: ['UNKNOWN_CREDENTIALS', /does not accept these credentials/],
    AccessDeniedException: ['NOT_ALLOWED', /do not allow GetItem of DynamoDB in ap-northeast-2/],
  } as const;
  for (const [name, [code, message]] of Object.entries(answers)) {
    test(`say in words what ${name} means`, async () => {
      stack.dynamodb.fail({ fault: jsonError(name) });
      await assert.rejects(getItem(stack.tableName), { code, message });
    });
  }

  const refusalsOfS3 = { AccessDenied: 'NOT_ALLOWED', InvalidAccessKeyId: 'UNKNOWN_CREDENTIALS' } as const;
  for (const [name, code] of Object.entries(refusalsOfS3)) {
    test(`say in words what ${name} of S3 means`, async () => {
      stack.s3.fail({ fault: s3Error(name, 403) });
      await assert.rejects(listObjects(stack.bucket), { code });
    });
  }

  test('say in words that S3 refuses a question whose answer has no body', async () => {
    stack.s3.fail({ fault: { kind: 'reply', statusCode: 403, headers: {}, body: '' } });
    const Key = 'gate-north/1.jpg';
    await assert.rejects(
      createS3Client(connection()).send(new HeadObjectCommand({ Bucket: stack.bucket, Key })),
      { code: 'NOT_ALLOWED', message: /do not allow HeadObject of S3/ },
    );
  });

  test('leave as it is what they do not know', async () => {
    stack.dynamodb.fail({ fault: jsonError('ValidationException') });
    await assert.rejects(getItem(stack.tableName), { name: 'ValidationException' });
  });

  test('name the address where a connection breaks', async () => {
    // As often as the SDK tries.
    stack.ssm.fail({ times: 3, fault: { kind: 'lost-request' } });
    await assert.rejects(putParameter(), { code: 'UNREACHABLE', message: new RegExp(stack.gateway.url) });
  });

  test('name the address where a reply breaks off', async (context) => {
    const half = createServer((_request, reply) => {
      reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '100' });
      reply.write('{"Item":', () => reply.destroy());
    });
    const server = await listenOnLoopback(half, 0);
    context.onTestFinished(() => server.stop());
    const dynamodb = createDynamoDBClient({ ...connection(), endpointUrl: server.url });
    await assert.rejects(
      dynamodb.send(new GetItemCommand({ TableName: stack.tableName, Key: { imageId: { S: 'any' } } })),
      { code: 'UNREACHABLE', message: `Nothing answers at ${server.url} (ECONNRESET).` },
    );
  });

  test('take no answer for a broken network, whatever fields it has', async () => {
    const body = '{"__type":"InternalFailure","message":"","code":"E100"}';
    stack.dynamodb.fail({ fault: { kind: 'reply', statusCode: 400, headers: {}, body } });
    await assert.rejects(getItem(stack.tableName), { name: 'InternalFailure' });
  });

  test('name the address where no TLS is spoken', async () => {
    const endpointUrl = stack.gateway.url.replace('http:', 'https:');
    const dynamodb = createDynamoDBClient({ ...connection(), endpointUrl });
    await assert.rejects(
      dynamodb.send(new GetItemCommand({ TableName: stack.tableName, Key: { imageId: { S: 'any' } } })),
      { code: 'UNREACHABLE', message: new RegExp(endpointUrl) },
    );
  });

  test('stay in the region in which they began', async (context) => {
    context.onTestFinished(() => {
      delete process.env['AWS_REGION'];
    });
    process.env['AWS_REGION'] = 'us-east-1';
    const client = createSsmClient({ ...connection(), region: undefined });
    process.env['AWS_REGION'] = 'us-west-2';
    assert.equal(await client.config.region(), 'us-east-1');
  });

  test('try again before they complain', async () => {
    stack.dynamodb.fail({ fault: { kind: 'lost-request' } });
    assert.equal((await getItem(stack.tableName)).Item, undefined);
  });
});
