import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { refuseSize } from '../../functions/core/picture/picture.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Fetches exactly the bytes of a record. Throws a CommandError `NO_PICTURE` for too many of them. */
export async function fetchPictureBytes(s3: S3Client, record: PictureRecord): Promise<Uint8Array> {
  const { body, sizeBytes } = await openPictureBytes(s3, record);
  const refused = refuseSize(sizeBytes);
  if (!refused) return await readBytes(body);
  // Unread bytes would keep the connection open.
  body.destroy();
  throw new CommandError('NO_PICTURE', refused.message);
}

/**
 * A stream of exactly the bytes of a record: those of its version or, in a bucket without versions, of its
 * ETag.
 */
export async function openPictureBytes(
  s3: S3Client,
  { bucket, key, versionId, etag }: PictureRecord,
): Promise<{ readonly body: Readable; readonly sizeBytes: number }> {
  try {
    const { Body: body, ContentLength: sizeBytes = 0 } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId === undefined ? { IfMatch: `"${etag ?? ''}"` } : { VersionId: versionId }),
      }),
    );
    if (!(body instanceof Readable)) throw new TypeError('GetObject returned no stream of Node.');
    return { body, sizeBytes };
  } catch (error) {
    throw goneError(error) ?? error;
  }
}

async function readBytes(body: Readable): Promise<Uint8Array> {
  try {
    return await buffer(body);
  } catch (error) {
    throw new CommandError('NOT_WHOLE', 'S3 did not send the whole picture; try again.', {
      cause: error,
    });
  }
}

function goneError(error: unknown): CommandError | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  if (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion') {
    return new CommandError('GONE', 'The picture has been deleted.', { cause: error });
  }
  if (error.$metadata.httpStatusCode === 412) {
    return new CommandError('GONE', 'The picture has been overwritten, and its bucket keeps no versions.', {
      cause: error,
    });
  }
  return undefined;
}
