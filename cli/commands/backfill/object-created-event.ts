import { encodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { ListedObject } from './listed-objects.ts';

/** The message that S3 sends to the queue for an upload, with the time of the object's real upload. */
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
