import {
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { decodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { BucketPrefix } from '../../aws/bucket-prefix.ts';

/** The current version of an object. */
export type ListedObject = {
  /** As S3 stores it, decoded. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Without the quotes of the HTTP header. */
  readonly etag: string;
  /**
   * Absent in a bucket that never had versions; the text `null` for an object that is older than its bucket's
   * versioning.
   */
  readonly versionId?: string;
  readonly lastModified: Date;
};

const listedObject = z
  .object({
    Key: z.string(),
    Size: z.number(),
    ETag: z.string(),
    LastModified: z.date(),
    VersionId: z.string().optional(),
  })
  .transform(({ Key, Size, ETag, LastModified, VersionId }) => ({
    key: Key,
    sizeBytes: Size,
    etag: ETag.replaceAll('"', ''),
    lastModified: LastModified,
    ...(VersionId !== undefined && { versionId: VersionId }),
  }));

/**
 * Yields the current objects in the order of their keys, without deleted ones, from the first key after
 * `afterKey`.
 */
export async function* listObjects(
  s3: S3Client,
  { bucket, prefix }: BucketPrefix,
  afterKey?: string,
): AsyncGenerator<ListedObject, void, undefined> {
  const { Status: versioning } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  // XML cannot represent every key that S3 allows.
  const request = { Bucket: bucket, Prefix: prefix, EncodingType: 'url' } as const;
  yield* versioning === undefined
    ? listUnversioned(s3, { ...request, StartAfter: afterKey })
    : listCurrentVersions(s3, { ...request, KeyMarker: afterKey });
}

async function* listUnversioned(
  s3: S3Client,
  request: ListObjectsV2Command['input'],
): AsyncGenerator<ListedObject, void, undefined> {
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ ...request, ContinuationToken: token }));
    for (const object of page.Contents ?? []) {
      yield listedObject.parse({ ...object, Key: decodeKey(object.Key, page.EncodingType) });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function* listCurrentVersions(
  s3: S3Client,
  request: ListObjectVersionsCommand['input'],
): AsyncGenerator<ListedObject, void, undefined> {
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  let isTruncated: boolean;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ ...request, ...marker }));
    for (const version of page.Versions ?? []) {
      if (version.IsLatest !== true) continue;
      yield listedObject.parse({ ...version, Key: decodeKey(version.Key, page.EncodingType) });
    }
    marker = {
      KeyMarker: decodeKey(page.NextKeyMarker, page.EncodingType),
      VersionIdMarker: page.NextVersionIdMarker,
    };
    isTruncated = page.IsTruncated ?? false;
  } while (isTruncated);
}

/**
 * The SDK does not decode keys. A server that does not know the encoding sends plain keys and names no
 * encoding.
 */
function decodeKey(key: string | undefined, encodingType: string | undefined): string | undefined {
  return encodingType === 'url' ? key && decodeEventKey(key) : key;
}
