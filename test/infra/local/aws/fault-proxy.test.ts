import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { jsonError, s3Error } from '../../../../infra/local/aws/fault-proxy.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';

describe('the proxy in front of a local service', () => {
  let stack: LocalStack;
  let s3: S3Client;
  let dynamodb: DynamoDBClient;
  let ssm: SSMClient;

  beforeAll(async () => {
    stack = await startLocalStack({ polling: false, recordRequests: true });
    s3 = new S3Client({ ...stack.s3.clientConfiguration, maxAttempts: 1 });
    dynamodb = new DynamoDBClient({ ...stack.dynamodb.clientConfiguration, maxAttempts: 1 });
    ssm = new SSMClient({ ...stack.ssm.clientConfiguration, maxAttempts: 1 });
  });
  afterAll(async () => {
    for (const client of [s3, dynamodb, ssm]) client.destroy();
    await stack.stop();
  });

  const putItem = (imageId: string) =>
    dynamodb.send(new PutItemCommand({ TableName: stack.tableName, Item: { imageId: { S: imageId } } }));
  const getItem = async (imageId: string) =>
    (
      await dynamodb.send(
        new GetItemCommand({ TableName: stack.tableName, Key: { imageId: { S: imageId } } }),
      )
    ).Item;
  const putObject = (key: string, body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: body }));
  const getObject = async (key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key: key }))).Body?.transformToByteArray();

  test('passes an object of 5 MB through, byte for byte', async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'plate');
    await putObject('large.jpg', bytes);
    assert.ok(bytes.equals(Buffer.from((await getObject('large.jpg')) ?? [])));
  });

  test('passes a key with unusual characters unchanged', async () => {
    await putObject('정문/a+b c%2F/../&?#.jpg', 'picture');
    const { rawUrl } = stack.s3.requests.at(-1) ?? {};
    assert.equal(
      rawUrl,
      `/${stack.bucket}/%EC%A0%95%EB%AC%B8/a%2Bb%20c%252F/../%26%3F%23.jpg?x-id=PutObject`,
    );
    assert.equal(Buffer.from((await getObject('정문/a+b c%2F/../&?#.jpg')) ?? []).toString(), 'picture');
  });

  test('answers with an error of DynamoDB as often as scripted', async () => {
    stack.dynamodb.fail({ times: 2, fault: jsonError('ProvisionedThroughputExceededException') });
    await assert.rejects(putItem('throttled'), { name: 'ProvisionedThroughputExceededException' });
    assert.equal(await getItem('throttled').catch(() => 'throttled too'), 'throttled too');
    assert.equal(await getItem('throttled'), undefined);
  });

  test('answers with an error of S3', async () => {
    await putObject('slow.jpg', 'picture');
    stack.s3.fail({ fault: s3Error('SlowDown', 503) });
    await assert.rejects(getObject('slow.jpg'), { name: 'SlowDown' });
  });

  test('answers with an error of the parameter store', async () => {
    stack.ssm.fail({ fault: jsonError('AccessDeniedException') });
    await assert.rejects(ssm.send(new GetParametersCommand({ Names: ['/any'] })), {
      name: 'AccessDeniedException',
    });
  });

  test('applies a fault only to the requests that match', async () => {
    const lift = stack.dynamodb.fail({
      when: ({ operation, body }) => operation === 'PutItem' && String(body).includes('unlucky'),
      fault: jsonError('InternalServerError', 500),
    });
    await putItem('lucky');
    await assert.rejects(putItem('unlucky'), { name: 'InternalServerError' });
    lift();
  });

  test('removes a fault on request', async () => {
    const lift = stack.dynamodb.fail({ times: Infinity, fault: jsonError('ThrottlingException') });
    await assert.rejects(putItem('lifted'), { name: 'ThrottlingException' });
    lift();
    await putItem('lifted');
  });

  test('can lose a reply after the service has acted', async () => {
    stack.dynamodb.fail({ fault: { kind: 'lost-reply' } });
    await assert.rejects(putItem('effect without reply'), { code: 'ECONNRESET' });
    assert.deepEqual(await getItem('effect without reply'), { imageId: { S: 'effect without reply' } });
  });

  test('can lose a request before the service acts', async () => {
    stack.dynamodb.fail({ fault: { kind: 'lost-request' } });
    await assert.rejects(putItem('lost'), { code: 'ECONNRESET' });
    assert.equal(await getItem('lost'), undefined);
  });

  test('can delay a request', async () => {
    stack.dynamodb.fail({ fault: { kind: 'delay', delayMs: 200 } });
    const begunAt = performance.now();
    await putItem('late');
    assert.ok(performance.now() - begunAt >= 199);
  });

  test('does not affect a client that bypasses it', async (context) => {
    const client = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
    context.onTestFinished(() => {
      client.destroy();
    });
    const requestsBefore = stack.dynamodb.requests.length;
    const lift = stack.dynamodb.fail({ times: Infinity, fault: jsonError('ThrottlingException') });
    await client.send(new PutItemCommand({ TableName: stack.tableName, Item: { imageId: { S: 'past' } } }));
    lift();
    assert.equal(stack.dynamodb.requests.length, requestsBefore);
  });

  test('counts the requests, by operation', async () => {
    const count = () => stack.ssm.requests.filter(({ operation }) => operation === 'GetParameters').length;
    const before = count();
    await ssm.send(new GetParametersCommand({ Names: ['/any'] }));
    assert.equal(count(), before + 1);
  });
});
