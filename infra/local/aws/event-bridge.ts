import { randomUUID } from 'node:crypto';
import { GetBucketNotificationConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TemplateRule } from '../template/resource-schemas.ts';
import type { CreatedObject } from './created-object.ts';
import { matchesPattern } from './event-pattern.ts';

interface EventBridgeOptions {
  rules: readonly TemplateRule[];
  region: string;
  accountId: string;
  queueUrlOf: (queueArn: string) => string;
  /** Both past their proxies. */
  s3: S3Client;
  sqs: SQSClient;
}

/** What S3 names as the reason of an event, by the name of its own event. */
const reasons = {
  'ObjectCreated:Put': 'PutObject',
  'ObjectCreated:Post': 'POST Object',
  'ObjectCreated:Copy': 'CopyObject',
  'ObjectCreated:CompleteMultipartUpload': 'CompleteMultipartUpload',
} as const;

/**
 * Sends the events of buckets that have EventBridge turned on to the queues of the rules that match them.
 */
export function createEventBridge({ rules, region, accountId, queueUrlOf, s3, sqs }: EventBridgeOptions) {
  const eventRules = rules.filter((rule) => rule.kind === 'events');
  const sendsEvents = async (bucket: string): Promise<boolean> => {
    const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
    return (await s3.send(command)).EventBridgeConfiguration !== undefined;
  };

  return {
    async announce(object: CreatedObject): Promise<void> {
      if (eventRules.length === 0 || !(await sendsEvents(object.bucket))) return;
      const event = eventOf(object, { region, accountId });
      for (const { pattern, queueArns } of eventRules) {
        if (!matchesPattern(pattern, event)) continue;
        for (const arn of queueArns) {
          const message = { QueueUrl: queueUrlOf(arn), MessageBody: JSON.stringify(event) };
          await sqs.send(new SendMessageCommand(message));
        }
      }
    },
  };
}

/** The event as the S3 User Guide documents it ("EventBridge event message structure"). */
function eventOf(
  { bucket, key, sizeBytes, etag, versionId, createdAt, sequencer, eventName }: CreatedObject,
  { region, accountId }: { readonly region: string; readonly accountId: string },
) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: accountId,
    // In whole seconds.
    time: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: sizeBytes, etag, 'version-id': versionId, sequencer },
      'request-id': randomUUID(),
      requester: accountId,
      'source-ip-address': '127.0.0.1',
      reason: reasons[eventName],
    },
  };
}
