import assert from 'node:assert/strict';
import { createServer, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startGateway } from '../../../../infra/local/aws/gateway.ts';
import { listenOnLoopback } from '../../../../infra/local/loopback-server.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';

describe('the one address for all services', () => {
  let stack: LocalStack;
  let configuration: LocalStack['s3']['clientConfiguration'];
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    configuration = { ...stack.s3.clientConfiguration, endpoint: stack.gateway.url };
  });
  afterAll(() => stack.stop());

  test('stores a picture of more than 5 MB, returns it, and notifies the queue', async (context) => {
    const s3 = new S3Client(configuration);
    const sqs = new SQSClient(configuration);
    context.onTestFinished(() => {
      s3.destroy();
      sqs.destroy();
    });
    const Body = Buffer.alloc(6 * 1024 * 1024, 7);
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: 'gate/large.jpg', Body }));
    const { Body: stored } = await s3.send(
      new GetObjectCommand({ Bucket: stack.bucket, Key: 'gate/large.jpg' }),
    );
    assert.deepEqual(Buffer.from((await stored?.transformToByteArray()) ?? []), Body);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'plateline-local-pictures' }));
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    assert.ok(messages.some(({ Body: body = '' }) => body.includes('gate/large.jpg')));
  });

  test('serves DynamoDB and Parameter Store', async (context) => {
    const dynamodb = new DynamoDBClient(configuration);
    const ssm = new SSMClient(configuration);
    context.onTestFinished(() => {
      dynamodb.destroy();
      ssm.destroy();
    });
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
    const Names = ['/plateline/local/app-key'];
    const { Parameters } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    assert.ok(TableNames.includes(stack.tableName));
    assert.equal(Parameters?.[0]?.Value, stack.appKey);
  });

  test('sends unsigned requests to S3', async () => {
    const url = `${stack.gateway.url}/${stack.bucket}/gate/unsigned.txt`;
    assert.equal((await fetch(url, { method: 'PUT', body: 'unsigned' })).status, 200);
    assert.equal(await (await fetch(url)).text(), 'unsigned');
  });

  test('names a service that it does not have', async () => {
    const reply = await fetch(stack.gateway.url, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20261122/ap-northeast-2/iam/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: 'Action=GetUser',
    });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), /There is no iam here/);
  });
});

describe('the gateway', { timeout: 30_000 }, () => {
  /** Starts a gateway in front of two servers, S3 and SQS, that pass every request to the test. */
  async function start(answer: (service: string, incoming: IncomingMessage) => Promise<string>) {
    const services = await Promise.all(
      ['s3', 'sqs'].map((service) =>
        listenOnLoopback(
          createServer((incoming, outgoing) => {
            answer(service, incoming).then(
              (reply) => outgoing.end(reply),
              () => outgoing.destroy(),
            );
          }),
          0,
        ),
      ),
    );
    const [s3, sqs] = services;
    assert.ok(s3 && sqs);
    const gateway = await startGateway(
      { s3: s3.url, sqs: sqs.url, sns: sqs.url, dynamodb: s3.url, ssm: s3.url, sts: s3.url },
      0,
    );
    return {
      url: gateway.url,
      stop: async () => {
        for (const server of [gateway, ...services]) await server.stop();
      },
    };
  }

  test('reads the service of a presigned URL from its query', async (context) => {
    const gateway = await start((service) => Promise.resolve(service));
    context.onTestFinished(() => gateway.stop());
    const scope = encodeURIComponent('local/20261122/ap-northeast-2/sqs/aws4_request');
    const reply = await fetch(`${gateway.url}/?X-Amz-Credential=${scope}&X-Amz-Signature=0`);
    assert.equal(await reply.text(), 'sqs');
  });

  test('passes the start of a body on before the rest arrives', async (context) => {
    const arrived = Promise.withResolvers<string>();
    const gateway = await start(async (_service, incoming) => {
      incoming.once('data', (chunk: Buffer) => {
        arrived.resolve(chunk.toString());
      });
      return await text(incoming);
    });
    context.onTestFinished(() => gateway.stop());
    const upload = request(gateway.url, { method: 'PUT' });
    const replied = new Promise<IncomingMessage>((resolve) => upload.once('response', resolve));
    upload.write('first half,');
    assert.equal(await arrived.promise, 'first half,');
    upload.end(' second half');
    assert.equal(await text(await replied), 'first half, second half');
  });

  test('breaks the connection to the service when the client hangs up', async (context) => {
    const begun = Promise.withResolvers<undefined>();
    const broken = Promise.withResolvers<undefined>();
    const gateway = await start((_service, incoming) => {
      incoming.once('data', () => {
        begun.resolve(undefined);
      });
      incoming.once('error', () => {
        broken.resolve(undefined);
      });
      return new Promise(() => undefined);
    });
    context.onTestFinished(() => gateway.stop());
    const upload = request(gateway.url, { method: 'PUT' });
    upload.once('error', () => undefined);
    upload.write('first half,');
    await begun.promise;
    upload.destroy();
    await broken.promise;
  });

  test('breaks the connection to the client when the service hangs up', async (context) => {
    const gateway = await start(() => Promise.reject(new Error('hangs up')));
    context.onTestFinished(() => gateway.stop());
    await assert.rejects(fetch(gateway.url));
  });
});
