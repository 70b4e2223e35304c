import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { encodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { CreatedObject } from './created-object.ts';

/** The newest version of the message (S3 User Guide, "Event message structure"). */
const eventVersion = '2.5';

interface BucketNotificationsOptions {
  bucket: string;
  region: string;
  accountId: string;
  queueUrl: string;
  sqs: SQSClient;
}

/** Sends what S3 sends to a queue: the test event once, then one event for each object written. */
interface BucketNotifications {
  sendTestEvent: () => Promise<void>;
  /** Sends the event of an object of the bucket; for other buckets it sends nothing. */
  announce: (object: CreatedObject) => Promise<void>;
}

/** Sends the notifications that the local S3 can be configured with but does not deliver. */
export function createBucketNotifications(options: BucketNotificationsOptions): BucketNotifications {
  const { bucket, region, accountId, queueUrl, sqs } = options;

  const send = async (event: object): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
  };

  return {
    sendTestEvent: () =>
      send({
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: new Date().toISOString(),
        Bucket: bucket,
        RequestId: randomUUID(),
        HostId: randomUUID(),
      }),

    async announce(object) {
      if (object.bucket !== bucket) return;
      await send({
        Records: [
          {
            eventVersion,
            eventSource: 'aws:s3',
            awsRegion: region,
            eventTime: object.createdAt.toISOString(),
            eventName: object.eventName,
            userIdentity: { principalId: `AWS:${accountId}` },
            requestParameters: { sourceIPAddress: '127.0.0.1' },
            responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': randomUUID() },
            s3: {
              s3SchemaVersion: '1.0',
              configurationId: 'local',
              bucket: {
                name: bucket,
                ownerIdentity: { principalId: accountId },
                arn: `arn:aws:s3:::${bucket}`,
              },
              object: {
                key: encodeEventKey(object.key),
                size: object.sizeBytes,
                eTag: object.etag,
                versionId: object.versionId,
                sequencer: object.sequencer,
              },
            },
          },
        ],
      });
    },
  };
}
