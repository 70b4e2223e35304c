import {
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { decodeEventKey } from '../../../functions/core/message/event-key.ts';
import { unicodeFormsOf } from '../../../functions/core/capture/camera-name.ts';
import { isConsoleFolder } from '../../../functions/core/message/uploaded-object.ts';
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
  /** Whether S3 gives its bytes only after a restore. */
  readonly isArchived: boolean;
};

/**
 * Storage classes that need a restore (S3 User Guide, "Working with archived objects"). The archive tiers of
 * INTELLIGENT_TIERING are in no listing.
 */
const archiveClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

const listedObject = z
  .object({
    Key: z.string(),
    Size: z.number(),
    ETag: z.string(),
    LastModified: z.date(),
    VersionId: z.string().optional(),
    StorageClass: z.string().optional(),
    /** Only of an object that is or was archived. */
    RestoreStatus: z.object({ RestoreExpiryDate: z.date().optional() }).optional(),
  })
  .transform(({ Key, Size, ETag, LastModified, VersionId, StorageClass = '', RestoreStatus }) => ({
    key: Key,
    sizeBytes: Size,
    etag: ETag.replaceAll('"', ''),
    lastModified: LastModified,
    isArchived: archiveClasses.has(StorageClass) && RestoreStatus?.RestoreExpiryDate === undefined,
    ...(VersionId !== undefined && { versionId: VersionId }),
  }));

/**
 * Yields the current objects in the order of their keys, without deleted ones and without the folders of S3's
 * console, from the first key after `afterKey`. The prefix matches keys in both Unicode forms.
 */
export async function* listObjects(
  s3: S3Client,
  { bucket, prefix }: BucketPrefix,
  afterKey?: string,
): AsyncGenerator<ListedObject, void, undefined> {
  const { Status: versioning } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  // In the order of S3's keys, so that all keys after `afterKey` are also after those of earlier prefixes.
  const prefixes = unicodeFormsOf(prefix).toSorted((one, other) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  );
  for (const form of prefixes) {
    const request = {
      Bucket: bucket,
      Prefix: form,
      // XML cannot represent every key that S3 allows.
      EncodingType: 'url',
      OptionalObjectAttributes: ['RestoreStatus'],
    } satisfies ListObjectsV2Command['input'];
    const objects =
      versioning === undefined
        ? listUnversioned(s3, { ...request, StartAfter: afterKey })
        : listCurrentVersions(s3, { ...request, KeyMarker: afterKey });
    for await (const object of objects) if (!isConsoleFolder(object)) yield object;
  }
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
