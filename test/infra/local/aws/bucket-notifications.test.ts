import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';

const s3Event = z.object({
  Records: z.tuple([
    z.looseObject({
      eventName: z.string(),
      eventTime: z.iso.datetime(),
      s3: z.looseObject({
        object: z.strictObject({
          key: z.string(),
          size: z.number(),
          eTag: z.string(),
          versionId: z.string(),
          sequencer: z.string(),
        }),
      }),
    }),
  ]),
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('the notifications of the local bucket', () => {
  let stack: LocalStack;
  let s3: S3Client;
  let sqs: SQSClient;
  let testEvent: unknown;

  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    s3 = new S3Client(stack.s3.clientConfiguration);
    sqs = new SQSClient(stack.sqs.clientConfiguration);
    testEvent = (await receiveAll())[0];
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await stack.stop();
  });
  beforeEach(receiveAll);

  /** Receives and deletes all messages in the queue, and returns their bodies. */
  async function receiveAll(): Promise<unknown[]> {
    const bodies: unknown[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: stack.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      if (Messages.length === 0) return bodies;
      for (const { Body = '', ReceiptHandle } of Messages) {
        bodies.push(JSON.parse(Body));
        await sqs.send(new DeleteMessageCommand({ QueueUrl: stack.queueUrl, ReceiptHandle }));
      }
    }
  }

  async function receiveRecords() {
    return (await receiveAll()).map((body) => s3Event.parse(body).Records[0]);
  }

  const put = (key: string, body: string) =>
    s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: body }));

  test('start with the test event', () => {
    assert.deepEqual(
      z
        .looseObject({ Service: z.string(), Event: z.string(), Bucket: z.string(), Time: z.iso.datetime() })
        .parse(testEvent),
      testEvent,
    );
    assert.equal(z.object({ Event: z.string() }).parse(testEvent).Event, 's3:TestEvent');
  });

  test('announce an object once, with its size and its ETag without quotes', async () => {
    await put('gate/1.jpg', 'picture');
    const [record, ...others] = await receiveRecords();
    assert.equal(record?.eventName, 'ObjectCreated:Put');
    assert.equal(record.s3.object.size, 7);
    assert.equal(record.s3.object.eTag, md5('picture'));
    assert.equal(others.length, 0);
  });

  test('arrive in the shape of S3 before the upload is answered', async () => {
    await put('gate/1.jpg', 'picture');
    const [record] = await receiveRecords();
    assert.ok(record !== undefined);
    const { eventTime, responseElements, s3: entity, ...rest } = record;
    const { object, ...bucket } = entity;
    assert.match(eventTime, /Z$/);
    assert.deepEqual(Object.keys(z.looseObject({}).parse(responseElements)), [
      'x-amz-request-id',
      'x-amz-id-2',
    ]);
    assert.equal(object.key, 'gate/1.jpg');
    assert.deepEqual(rest, {
      eventVersion: '2.5',
      eventSource: 'aws:s3',
      awsRegion: 'ap-northeast-2',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:000000000000' },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
    });
    assert.deepEqual(bucket, {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: {
        name: stack.bucket,
        ownerIdentity: { principalId: '000000000000' },
        arn: `arn:aws:s3:::${stack.bucket}`,
      },
    });
  });

  const keys = {
    '정문/a+b c%.jpg': '%EC%A0%95%EB%AC%B8/a%2Bb+c%25.jpg',
    "it's (1) [2] {3}~!@#$&=:;,?.jpg": 'it%27s+%281%29+%5B2%5D+%7B3%7D%7E%21%40%23%24%26%3D%3A%3B%2C%3F.jpg',
    'a//b/../c/./': 'a//b/../c/./',
    '🚗-_.*.jpg': '%F0%9F%9A%97-_.*.jpg',
  };
  for (const [key, encoded] of Object.entries(keys)) {
    test(`write the key ${key} as ${encoded}`, async () => {
      await put(key, 'picture');
      const [record] = await receiveRecords();
      assert.equal(record?.s3.object.key, encoded);
    });
  }

  test('announce a key of 1024 bytes', async () => {
    const key = `${'가'.repeat(341)}a`;
    await put(key, 'picture');
    const [record] = await receiveRecords();
    assert.equal(decodeURIComponent(record?.s3.object.key ?? ''), key);
  });

  test('announce a copy by its new key', async () => {
    await put('from.jpg', 'picture');
    await s3.send(
      new CopyObjectCommand({ Bucket: stack.bucket, Key: 'to.jpg', CopySource: `${stack.bucket}/from.jpg` }),
    );
    const [, record] = await receiveRecords();
    assert.equal(record?.eventName, 'ObjectCreated:Copy');
    assert.equal(record.s3.object.key, 'to.jpg');
    assert.equal(record.s3.object.eTag, md5('picture'));
  });

  test('announce a multipart upload once, when it is complete', async () => {
    const upload = { Bucket: stack.bucket, Key: 'large.jpg' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'picture' }),
    );
    const { VersionId } = await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    const [record, ...others] = await receiveRecords();
    assert.equal(record?.eventName, 'ObjectCreated:CompleteMultipartUpload');
    assert.equal(record.s3.object.size, 7);
    assert.match(record.s3.object.eTag, /^[0-9a-f]{32}-1$/);
    assert.equal(record.s3.object.versionId, VersionId);
    assert.equal(others.length, 0);
  });

  test('announce an object from a posted form', async () => {
    const form = new FormData();
    form.set('key', 'form/${filename}');
    form.set('file', new Blob(['picture']), 'car.jpg');
    const response = await fetch(`${stack.s3.url}/${stack.bucket}`, { method: 'POST', body: form });
    const [record] = await receiveRecords();
    assert.equal(response.status, 204);
    assert.equal(record?.eventName, 'ObjectCreated:Post');
    assert.equal(record.s3.object.key, 'form/car.jpg');
  });

  test('name the version of each write of a key, and number them in order', async () => {
    const { VersionId: first } = await put('same.jpg', 'first');
    const { VersionId: second } = await put('same.jpg', 'second');
    const objects = (await receiveRecords()).map((record) => record.s3.object);
    assert.deepEqual(new Set(objects.map(({ versionId }) => versionId)), new Set([first, second]));
    const sequencers = objects
      .toSorted((one) => (one.versionId === first ? -1 : 1))
      .map(({ sequencer }) => sequencer);
    assert.equal(sequencers.length, 2);
    assert.ok(sequencers.every((sequencer) => /^[0-9A-F]{18}$/.test(sequencer)));
    assert.ok(String(sequencers[0]) < String(sequencers[1]));
  });

  test('do not announce a read, a deletion or a delete marker that is removed', async () => {
    await put('gone.jpg', 'picture');
    await receiveAll();
    await (
      await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key: 'gone.jpg' }))
    ).Body?.transformToString();
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: 'gone.jpg' }));
    await s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: 'gone.jpg', VersionId }));
    assert.deepEqual(await receiveAll(), []);
  });

  const subResourceWrites = {
    tags: ['PUT', 'tagging'],
    'an access list': ['PUT', 'acl'],
    'a retention': ['PUT', 'retention'],
    'a legal hold': ['PUT', 'legal-hold'],
    'a restoration': ['POST', 'restore'],
    'a query': ['POST', 'select&select-type=2'],
  };
  for (const [what, [method = '', query = '']] of Object.entries(subResourceWrites)) {
    test(`do not announce ${what} of an object, which the local S3 refuses`, async () => {
      await put('kept.jpg', 'picture');
      await receiveAll();
      const { status } = await fetch(`${stack.s3.url}/${stack.bucket}/kept.jpg?${query}`, {
        method,
        body: '<Anything/>',
      });
      assert.equal(status, 501);
      assert.deepEqual(await receiveAll(), []);
    });
  }

  test('an object keeps its bytes when the local S3 refuses its tags', async () => {
    await put('kept.jpg', 'picture');
    await assert.rejects(
      s3.send(
        new PutObjectTaggingCommand({
          Bucket: stack.bucket,
          Key: 'kept.jpg',
          Tagging: { TagSet: [{ Key: 'camera', Value: 'north' }] },
        }),
      ),
      { name: 'NotImplemented' },
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key: 'kept.jpg' }));
    assert.equal(await Body?.transformToString(), 'picture');
  });

  test('do not announce an upload that S3 refused', async () => {
    await assert.rejects(
      s3.send(new PutObjectCommand({ Bucket: 'another-bucket', Key: 'a.jpg', Body: 'picture' })),
      {
        name: 'NoSuchBucket',
      },
    );
    assert.deepEqual(await receiveAll(), []);
  });

  describe('an empty file is announced with its size, as', () => {
    for (const [client, headers] of [
      ['curl -T sends it', { 'content-length': '0' }],
      [
        'aws s3 cp and boto3 send it',
        {
          'content-length': '0',
          'x-amz-checksum-crc32': 'AAAAAA==',
          'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        },
      ],
    ] as const) {
      test(client, async () => {
        const answer = Promise.withResolvers<number | undefined>();
        request(`${stack.s3.url}/${stack.bucket}/empty.jpg`, { method: 'PUT', headers }, (response) => {
          response.resume();
          answer.resolve(response.statusCode);
        })
          .on('error', answer.reject)
          .end();
        assert.equal(await answer.promise, 200);
        const [event] = await receiveAll();
        const { key, size } = s3Event.parse(event).Records[0].s3.object;
        assert.deepEqual([key, size], ['empty.jpg', 0]);
      });
    }
  });
});
