import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
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
import { selfSignedIdentity } from '../../functions/adapters/self-signed-identity.ts';

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

  test('return answers like any other client', async () => {
    assert.equal((await getItem(stack.tableName)).Item, undefined);
    assert.equal((await listObjects(stack.bucket)).KeyCount, 0);
    assert.match((await getQueueUrl('plateline-local-pictures')).QueueUrl ?? '', /plateline-local-pictures$/);
    assert.equal((await putParameter()).Version, 1);
  });

  test('name a missing table, its location, and the options to check', async () => {
    await assert.rejects(getItem('plateline-dve-readings'), {
      code: 'NO_TABLE',
      message: `There is no table plateline-dve-readings in ${region} at ${stack.gateway.url}. Check --stage, --table and --region.`,
    });
  });

  test('name the missing table of a batch request too', async () => {
    const RequestItems = { 'plateline-dve-readings': { Keys: [{ imageId: { S: 'any' } }] } };
    await assert.rejects(createDynamoDBClient(connection()).send(new BatchGetItemCommand({ RequestItems })), {
      code: 'NO_TABLE',
      message: /no table plateline-dve-readings in ap-northeast-2/,
    });
  });

  test('do not suggest --table for a missing table of usage', async () => {
    await assert.rejects(getItem('plateline-dve-usage'), {
      code: 'NO_TABLE',
      message: `There is no table plateline-dve-usage in ${region} at ${stack.gateway.url}. Check --stage and --region.`,
    });
  });

  const page = {
    kind: 'reply',
    statusCode: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Log in as canary<br></body></html>',
  } as const;
  test('say that a server that answers with a page is not AWS, without quoting the page', async () => {
    const message = `The server at ${stack.gateway.url} is not AWS; is there a proxy?`;
    stack.dynamodb.fail({ fault: page });
    await assert.rejects(getItem(stack.tableName), { code: 'NOT_AWS', message });
    stack.s3.fail({ fault: page });
    await assert.rejects(listObjects(stack.bucket), { code: 'NOT_AWS', message });
  });

  test('name a missing queue and a missing bucket', async () => {
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
    test(`explain ${name} in a sentence`, async () => {
      stack.dynamodb.fail({ fault: jsonError(name) });
      await assert.rejects(getItem(stack.tableName), { code, message });
    });
  }

  const refusalsOfS3 = { AccessDenied: 'NOT_ALLOWED', InvalidAccessKeyId: 'UNKNOWN_CREDENTIALS' } as const;
  for (const [name, code] of Object.entries(refusalsOfS3)) {
    test(`explain ${name} of S3 in a sentence`, async () => {
      stack.s3.fail({ fault: s3Error(name, 403) });
      await assert.rejects(listObjects(stack.bucket), { code });
    });
  }

  test('explain a refusal of S3 that has no body', async () => {
    stack.s3.fail({ fault: { kind: 'reply', statusCode: 403, headers: {}, body: '' } });
    const Key = 'gate-north/1.jpg';
    await assert.rejects(
      createS3Client(connection()).send(new HeadObjectCommand({ Bucket: stack.bucket, Key })),
      { code: 'NOT_ALLOWED', message: /do not allow HeadObject of S3/ },
    );
  });

  test('throw unknown errors unchanged', async () => {
    stack.dynamodb.fail({ fault: jsonError('ValidationException') });
    await assert.rejects(getItem(stack.tableName), { name: 'ValidationException' });
  });

  test('name the address if a connection breaks', async () => {
    // The number of times that the SDK tries.
    stack.ssm.fail({ times: 3, fault: { kind: 'lost-request' } });
    await assert.rejects(putParameter(), { code: 'UNREACHABLE', message: new RegExp(stack.gateway.url) });
  });

  test('name the address if an answer breaks off', async (context) => {
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

  test('never take an answer of AWS for a network error, whatever its fields', async () => {
    const body = '{"__type":"InternalFailure","message":"","code":"E100"}';
    stack.dynamodb.fail({ fault: { kind: 'reply', statusCode: 400, headers: {}, body } });
    await assert.rejects(getItem(stack.tableName), { name: 'InternalFailure' });
  });

  test('name the address of a server without TLS', async () => {
    const endpointUrl = stack.gateway.url.replace('http:', 'https:');
    const dynamodb = createDynamoDBClient({ ...connection(), endpointUrl });
    await assert.rejects(
      dynamodb.send(new GetItemCommand({ TableName: stack.tableName, Key: { imageId: { S: 'any' } } })),
      {
        code: 'NO_TLS',
        message: `The server at ${endpointUrl} does not speak TLS (EPROTO). Does its address begin with http:// instead of https://?`,
      },
    );
  });

  test('name the address of a server whose certificate is not accepted', async (context) => {
    const server = createTlsServer(selfSignedIdentity, (_request, reply) => reply.end());
    const listening = await listenOnLoopback(server, 0);
    context.onTestFinished(() => listening.stop());
    const endpointUrl = listening.url.replace('http:', 'https:');
    const dynamodb = createDynamoDBClient({ ...connection(), endpointUrl });
    await assert.rejects(
      dynamodb.send(new GetItemCommand({ TableName: stack.tableName, Key: { imageId: { S: 'any' } } })),
      { code: 'CERTIFICATE', message: /NODE_EXTRA_CA_CERTS/ },
    );
  });

  test('keep their region if the environment changes', async (context) => {
    context.onTestFinished(() => {
      delete process.env['AWS_REGION'];
    });
    process.env['AWS_REGION'] = 'us-east-1';
    const client = createSsmClient({ ...connection(), region: undefined });
    process.env['AWS_REGION'] = 'us-west-2';
    assert.equal(await client.config.region(), 'us-east-1');
  });

  test('retry before they report an error', async () => {
    stack.dynamodb.fail({ fault: { kind: 'lost-request' } });
    assert.equal((await getItem(stack.tableName)).Item, undefined);
  });
});
