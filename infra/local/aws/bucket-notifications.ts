import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Busboy } from '@fastify/busboy';
import { encodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { ProxiedReply, ProxiedRequest } from './fault-proxy.ts';

/** The writes that S3 announces, by S3's names. */
type ObjectCreatedEvent =
  'ObjectCreated:Put' | 'ObjectCreated:Post' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload';

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
      const write = await objectWritten(request, reply);
      if (write?.bucket !== bucket) return;
      const eventTime = uploadTimeOf(write.key).toISOString();
      const object = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: write.key }));
      lastSequence += 1;
      await send({
        Records: [
          {
            eventVersion: '2.1',
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
                sequencer: lastSequence.toString(16).toUpperCase().padStart(18, '0'),
              },
            },
          },
        ],
      });
    },
  };
}

async function objectWritten(
  request: ProxiedRequest,
  reply: ProxiedReply,
): Promise<{ eventName: ObjectCreatedEvent; bucket: string; key: string } | undefined> {
  if (reply.statusCode >= 400) return undefined;
  const [rawPath = '', rawQuery = ''] = request.rawUrl.split('?', 2);
  const [bucket = '', ...keyParts] = rawPath.slice('/'.length).split('/');
  const key = decodeURIComponent(keyParts.join('/'));
  const hasUploadId = new URLSearchParams(rawQuery).has('uploadId');
  if (key === '') {
    if (request.method !== 'POST' || request.body === undefined) return undefined;
    return { eventName: 'ObjectCreated:Post', bucket, key: await keyOfForm(request, request.body) };
  }
  if (request.method === 'PUT' && !hasUploadId) {
    const copied = request.headers['x-amz-copy-source'] !== undefined;
    return { eventName: copied ? 'ObjectCreated:Copy' : 'ObjectCreated:Put', bucket, key };
  }
  if (request.method === 'POST' && hasUploadId) {
    return { eventName: 'ObjectCreated:CompleteMultipartUpload', bucket, key };
  }
  return undefined;
}

/** Reads the key from a form; S3 replaces `${filename}` in it by the file's own name. */
async function keyOfForm(request: ProxiedRequest, body: Buffer): Promise<string> {
  const parser = new Busboy({ headers: { 'content-type': request.headers['content-type'] ?? '' } });
  let key = '';
  let fileName = '';
  parser.on('field', (name, value) => {
    if (name === 'key') key = value;
  });
  parser.on('file', (_fieldName, file, name) => {
    fileName = name;
    file.resume();
  });
  const finished = once(parser, 'finish');
  parser.end(body);
  await finished;
  return key.replaceAll('${filename}', () => fileName);
}
