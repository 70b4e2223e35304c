import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  S3Client,
  S3ServiceException,
  type GetObjectCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { UploadedObject } from '../core/message/uploaded-object.ts';
import { sizeOf, type Parts } from '../core/picture/parts.ts';
import { refuseSize } from '../core/picture/picture.ts';
import { OutsideError, type Reason } from '../core/record/reason.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type FetchedObject =
  | {
      readonly kind: 'fetched';
      readonly parts: Parts;
      /** `x-amz-meta-*` without the prefix. */
      readonly metadata: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly metadata: Readonly<Record<string, string>> }
  | { readonly kind: 'gone'; readonly reason: Reason }
  | Unavailable;

/** S3 has the bytes, but does not give them as they are stored. */
export type Unavailable = {
  readonly kind: 'unavailable';
  readonly reason: Reason;
  /** Whether the next attempt can find them, because somebody only has to correct a permission. */
  readonly mayPassSoon: boolean;
};

/** How long fetching a picture can take, with its retries. */
export const fetchTimeoutMs = 5000;

export type PictureStore = ReturnType<typeof createPictureStore>;

/** The bucket's objects, each read by its version or its ETag, so that no other bytes are read by mistake. */
export function createPictureStore(config: S3ClientConfig = {}) {
  const client = lazily(() => new S3Client({ requestHandler: { connectionTimeout: 1000 }, ...config }));

  return {
    /** Throws an OutsideError `S3_…` where S3 fails, denies access or takes longer than five seconds. */
    async fetch(object: UploadedObject): Promise<FetchedObject> {
      const abortSignal = AbortSignal.timeout(fetchTimeoutMs);
      try {
        const response = await client().send(new GetObjectCommand(bytesOf(object)), { abortSignal });
        return await readBody(response);
      } catch (error) {
        const reason = goneReason(error);
        if (reason) return { kind: 'gone', reason };
        const unavailable = unavailableObject(error);
        if (unavailable) return unavailable;
        throw fromAwsError('S3', error);
      }
    },
  };
}

function bytesOf({ bucket, key, versionId, etag }: UploadedObject) {
  return {
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? { IfMatch: `"${etag ?? ''}"` } : { VersionId: versionId }),
  };
}

async function readBody(response: GetObjectCommandOutput): Promise<FetchedObject> {
  const { Body: body, ContentLength: sizeBytes, Metadata: metadata = {} } = response;
  if (!(body instanceof Readable)) throw new TypeError('GetObject returned no Node.js stream.');
  if (sizeBytes === undefined) {
    body.destroy();
    throw new OutsideError('S3_NO_SIZE', 'S3 did not report the size of the object.', undefined);
  }
  const reason = refuseSize(sizeBytes);
  if (reason) {
    // Unread bytes would block the connection.
    body.destroy();
    return { kind: 'refused', reason, metadata };
  }
  return { kind: 'fetched', parts: await readParts(body, sizeBytes), metadata };
}

async function readParts(body: Readable, sizeBytes: number): Promise<Parts> {
  const parts: Uint8Array[] = [];
  for await (const part of body) {
    if (!(part instanceof Uint8Array)) throw new TypeError('GetObject streamed no bytes.');
    parts.push(part);
  }
  const receivedBytes = sizeOf(parts);
  if (receivedBytes !== sizeBytes) {
    throw new OutsideError('S3_TORN', `S3 sent ${receivedBytes} of ${sizeBytes} bytes.`, undefined);
  }
  return parts;
}

/**
 * Deleted, expired or overwritten bytes never come back. A missing bucket is a wrong configuration, and does
 * not count.
 */
function goneReason(error: unknown): Reason | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  if (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion') {
    return { code: 'DELETED', message: 'The object was deleted before it could be read.' };
  }
  if (error.$metadata.httpStatusCode === 412) {
    return {
      code: 'OVERWRITTEN',
      message: 'The object was overwritten before it could be read, and its bucket keeps no versions.',
    };
  }
  return undefined;
}

/**
 * An object whose bytes S3 refuses for the way in which it stores them. A role that may not read the bucket
 * is a wrong configuration, and does not count. Sources: S3 API Reference, "GetObject" and "Error responses";
 * KMS Developer Guide, "Key states".
 */
function unavailableObject(error: unknown): Unavailable | undefined {
  const { name, message } = error instanceof S3ServiceException ? error : { name: '', message: '' };
  if (name === 'InvalidObjectState') return unavailable('ARCHIVED', archived);
  // S3 has no code of its own for it.
  if (name === 'InvalidRequest' && /server side encryption/i.test(message)) {
    return unavailable('CUSTOMER_KEY', customerKey);
  }
  const isRefusal = name === 'AccessDenied' && /\bkms:|customer master key|KMS key/i.test(message);
  return isRefusal || name.startsWith('KMS.') ? unavailable('KMS_KEY_REFUSED', keyRefused, true) : undefined;
}

function unavailable(code: string, message: string, mayPassSoon = false): Unavailable {
  return { kind: 'unavailable', reason: { code, message }, mayPassSoon };
}

const archived = 'The object is archived; restore it, then send it again with plateline backfill.';
const customerKey =
  'The object is encrypted with a key that only its uploader has (SSE-C); upload it without one.';
const keyRefused =
  'The KMS key of the object refuses the function or is disabled; allow kms:Decrypt, then send it again with plateline backfill.';
