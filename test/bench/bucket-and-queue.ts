import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { makeJpegOfSize } from '../../infra/local/samples/samples.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import type { StoredPicture } from './announcements.ts';

/** SQS's limit for one request. */
const batchSize = 10;

/** Without versions, so that the local S3 gives its bytes for any version that an event names. */
const bucket = 'bench-pictures';

/** Puts a JPEG of this size into a bucket without events. */
export async function storePicture(
  stack: LocalStack,
  key: string,
  sizeBytes: number,
): Promise<StoredPicture> {
  const s3 = new S3Client(stack.s3.directClientConfiguration);
  try {
    const picture = makeJpegOfSize(sizeBytes);
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: picture }));
    return { bucket, key, sizeBytes };
  } finally {
    s3.destroy();
  }
}

/** Sends messages to the queue, which become visible after the delay. */
export async function enqueue(stack: LocalStack, bodies: readonly string[], delaySeconds = 0): Promise<void> {
  const sqs = new SQSClient(stack.sqs.directClientConfiguration);
  try {
    for (let first = 0; first < bodies.length; first += batchSize) {
      const entries = bodies.slice(first, first + batchSize).map((body, index) => ({
        Id: String(index),
        MessageBody: body,
        DelaySeconds: delaySeconds,
      }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrl, Entries: entries }));
    }
  } finally {
    sqs.destroy();
  }
}
