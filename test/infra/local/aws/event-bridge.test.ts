import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { matchesPattern } from '../../../../infra/local/aws/event-pattern.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { deployedPackage } from '../../deployed-package.ts';

const Bucket = 'my-cameras';

/** Members that differ from event to event. */
const varying = z.looseObject({
  id: z.uuid(),
  detail: z.looseObject({
    object: z.looseObject({ sequencer: z.string().regex(/^[0-9A-F]{18}$/) }),
    'request-id': z.string(),
  }),
});

describe('the events of a local bucket that has EventBridge turned on', () => {
  let stack: LocalStack;
  let s3: S3Client;
  let sqs: SQSClient;

  beforeAll(async () => {
    const packageDirectory = await deployedPackage([
      '--stage',
      'local',
      '--param',
      `existingBucket=${Bucket}`,
    ]);
    const uploadTimeOf = () => new Date('2026-11-22T08:15:00.250Z');
    stack = await startLocalStack({ packageDirectory, polling: false, uploadTimeOf });
    s3 = new S3Client(stack.s3.clientConfiguration);
    sqs = new SQSClient(stack.sqs.clientConfiguration);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    // The test event of the stack's own bucket.
    await receiveAll();
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await stack.stop();
  });

  const configure = (NotificationConfiguration: object) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'picture' }));

  async function receiveAll(): Promise<unknown[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stack.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    return Messages.map(({ Body = '' }): unknown => JSON.parse(Body));
  }

  test('have the documented form, their key as it is, and the version', async () => {
    await configure({ EventBridgeConfiguration: {} });
    const { VersionId } = await put('gates/a b+c%.png');
    const [event, ...others] = (await receiveAll()).map((body) => varying.parse(body));
    assert.ok(event);
    assert.deepEqual(others, []);
    assert.deepEqual(event, {
      version: '0',
      id: event.id,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: '2026-11-22T08:15:00Z',
      region: 'ap-northeast-2',
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: '0',
        bucket: { name: Bucket },
        object: {
          key: 'gates/a b+c%.png',
          size: 7,
          etag: createHash('md5').update('picture').digest('hex'),
          'version-id': VersionId,
          sequencer: event.detail.object.sequencer,
        },
        'request-id': event.detail['request-id'],
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
  });

  test('are not sent for a deletion, nor before EventBridge is on, nor after it is off', async () => {
    await configure({ EventBridgeConfiguration: {} });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gates/a b+c%.png' }));
    await configure({});
    await put('gates/silent.png');
    assert.deepEqual(await receiveAll(), []);
  });

  test('are all that the local S3 can be configured to send', async () => {
    await configure({ EventBridgeConfiguration: {} });
    const reply = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    assert.deepEqual(reply.EventBridgeConfiguration, {});
    const QueueConfigurations = [{ QueueArn: stack.queueArn, Events: ['s3:ObjectCreated:*'] }];
    await assert.rejects(configure({ QueueConfigurations }), { name: 'NotImplemented' });
  });
});

test('a pattern matches an event that has one of its values, one of its beginnings, or the member at all', () => {
  const event = { source: 'aws.s3', detail: { object: { key: 'gates/1.png' } } };
  assert.equal(matchesPattern({ source: ['aws.ec2', 'aws.s3'] }, event), true);
  assert.equal(matchesPattern({ source: ['aws.ec2'] }, event), false);
  assert.equal(matchesPattern({ detail: { object: { key: [{ prefix: 'gates/' }] } } }, event), true);
  assert.equal(matchesPattern({ detail: { object: { key: [{ prefix: 'yard/' }] } } }, event), false);
  assert.equal(matchesPattern({ detail: { object: { size: [{ exists: true }] } } }, event), false);
  assert.equal(matchesPattern({ detail: { bucket: { name: ['my-cameras'] } } }, event), false);
});
