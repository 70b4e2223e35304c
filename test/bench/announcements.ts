import type { SQSEvent } from 'aws-lambda';
import { makeS3Body, makeS3Record } from '../fakes/s3-events.ts';

/** An object in the bucket. */
export type StoredPicture = {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
};

/**
 * The message with which S3 announces a picture. The function takes each version for another picture. The
 * local S3 gives the same bytes for all versions in a bucket without versions, so the bench uploads a picture
 * once and reads it ten thousand times.
 */
export function announce({ bucket, key, sizeBytes }: StoredPicture, version: string, at: Date): string {
  const object = { key, size: sizeBytes, versionId: version };
  return makeS3Body(
    makeS3Record(object, {
      eventTime: at.toISOString(),
      s3: { s3SchemaVersion: '1.0', configurationId: 'bench', bucket: { name: bucket }, object },
    }),
  );
}

/** A batch of these messages as Lambda passes it to the function. */
export function sqsEvent(bodies: readonly string[], queueArn: string): SQSEvent {
  const now = String(Date.now());
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: now,
        SenderId: 'bench',
        SentTimestamp: now,
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: 'ap-northeast-2',
    })),
  };
}
