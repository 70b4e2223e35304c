import { createHash } from 'node:crypto';

/**
 * An object that was created in a bucket, identified by its version, or by its ETag in a bucket without
 * versions.
 */
export type UploadedObject = {
  /** `s3://{bucket}/{key}?versionId={v}` or `…?etag={etag}`, the key percent-encoded as in a URL path. */
  readonly imageId: string;
  readonly bucket: string;
  /** Decoded, as S3 stores it. */
  readonly key: string;
  readonly versionId?: string;
  /** Without the quotes of the HTTP header. */
  readonly etag?: string;
  /** Absent where the event does not report it. */
  readonly sizeBytes?: number;
  /** The event's time, ISO 8601 in UTC with milliseconds. */
  readonly uploadedAt: string;
};

/** DynamoDB's limit for a partition key (Developer Guide, "Quotas"). */
const maxImageIdBytes = 2048;

/**
 * Identifies the bytes of one upload: two uploads to one key have different ids, two events of one upload the
 * same.
 */
export function imageIdOf(
  bucket: string,
  key: string,
  bytes: { versionId: string } | { etag: string },
): string {
  const query =
    'versionId' in bytes
      ? `versionId=${encodeURIComponent(bytes.versionId)}`
      : `etag=${encodeURIComponent(bytes.etag)}`;
  const imageId = `s3://${bucket}/${encodeKey(key)}?${query}`;
  if (Buffer.byteLength(imageId) <= maxImageIdBytes) return imageId;
  // A key of 1,024 bytes can need 3,072 when encoded. No encoded key contains "=", so the short form is
  // unambiguous.
  return `s3://${bucket}/sha256=${createHash('sha256').update(key).digest('hex')}?${query}`;
}

/** Whether the object is what S3's console makes for a new folder: no picture, and nobody uploaded it. */
export function isConsoleFolder({
  key,
  sizeBytes,
}: {
  readonly key: string;
  readonly sizeBytes: number | undefined;
}): boolean {
  return key.endsWith('/') && sizeBytes === 0;
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
