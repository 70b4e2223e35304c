import type { ListedObject } from './listed-objects.ts';

/** The message that S3 would send to the queue if the object were uploaded now, but for the time, which is that of its upload. */
export function objectCreatedEvent(bucket: string, object: ListedObject): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: object.lastModified.toISOString(),
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'backfill',
          bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeEventKey(object.key),
            size: object.sizeBytes,
            eTag: object.etag,
            ...(object.versionId !== undefined && { versionId: object.versionId }),
          },
        },
      },
    ],
  });
}

/** A key as S3 writes it in an event: form encoding (a space is `+`), but a slash stays a slash. */
function encodeEventKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice('='.length).replaceAll('%2F', '/');
}
