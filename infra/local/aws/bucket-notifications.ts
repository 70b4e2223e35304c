import { randomUUID } from 'node:crypto';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { encodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { ProxiedReply, ProxiedRequest } from './fault-proxy.ts';
import { readObjectWrite } from './object-write.ts';

/** The newest version of the message (S3 User Guide, "Event message structure"). */
const eventVersion = '2.5';

/** Absent in a bucket without versions. */
const versionHeader = z.string().optional();

interface BucketNotificationsOptions {
  bucket: string;
  region: string;
  accountId: string;
  queueUrl: string;
  /** When an object is said to be uploaded. */
  uploadTimeOf: (key: string) => Date;
  s3: S3Client;
  sqs: SQSClient;
}

/** Sends what S3 sends to a queue: the test event once, then one event for each object written. */
interface BucketNotifications {
  sendTestEvent: () => Promise<void>;
  /** Sends the event of a request that wrote an object; for other requests it sends nothing. */
  onReply: (request: ProxiedRequest, reply: ProxiedReply) => Promise<void>;
}

/** Sends the notifications that the local S3 can be configured with but does not deliver. */
export function createBucketNotifications(options: BucketNotificationsOptions): BucketNotifications {
  const { bucket, region, accountId, queueUrl, uploadTimeOf, s3, sqs } = options;
  let lastSequence = Date.now() * 1000;

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

    async onReply(request, reply) {
      if (reply.statusCode >= 400) return;
      const write = await readObjectWrite(request);
      if (write?.bucket !== bucket) return;
      const eventTime = uploadTimeOf(write.key).toISOString();
      // Only the reply names the version: the key may already have a newer one.
      const versionId = versionHeader.parse(reply.headers['x-amz-version-id']);
      const object = await s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key: write.key, VersionId: versionId }),
      );
      lastSequence += 1;
      await send({
        Records: [
          {
            eventVersion,
            eventSource: 'aws:s3',
            awsRegion: region,
            eventTime,
            eventName: write.eventName,
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
                key: encodeEventKey(write.key),
                size: object.ContentLength,
                eTag: object.ETag?.replaceAll('"', ''),
                versionId,
                sequencer: lastSequence.toString(16).toUpperCase().padStart(18, '0'),
              },
            },
          },
        ],
      });
    },
  };
}
