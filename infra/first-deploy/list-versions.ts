import {
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { decodeEventKey } from '../../functions/core/message/event-key.ts';

/** A version of an object, or a delete marker; without `versionId` in a bucket that has no versions. */
type ObjectVersion = { readonly key: string; readonly versionId?: string };

/** Yields everything that must be deleted before a bucket is empty, page by page. */
export async function* listVersions(s3: S3Client, bucket: string): AsyncGenerator<readonly ObjectVersion[]> {
  const { Status: versioning } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  yield* versioning === undefined ? listUnversioned(s3, bucket) : listVersioned(s3, bucket);
}

async function* listUnversioned(s3: S3Client, bucket: string): AsyncGenerator<readonly ObjectVersion[]> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url', ContinuationToken: token }),
    );
    yield (page.Contents ?? []).map(({ Key: key }) => ({ key: plainKey(key, page.EncodingType) }));
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function* listVersioned(s3: S3Client, bucket: string): AsyncGenerator<readonly ObjectVersion[]> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string | undefined } | undefined = {};
  do {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, EncodingType: 'url', ...marker }),
    );
    yield [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key: key, VersionId: versionId }) => ({
        key: plainKey(key, page.EncodingType),
        ...(versionId !== undefined && { versionId }),
      }),
    );
    marker =
      page.IsTruncated === true
        ? {
            KeyMarker: plainKey(page.NextKeyMarker, page.EncodingType),
            VersionIdMarker: page.NextVersionIdMarker,
          }
        : undefined;
  } while (marker !== undefined);
}

/** A server that does not know the encoding sends plain keys and names no encoding. */
function plainKey(key = '', encodingType: string | undefined): string {
  return encodingType === 'url' ? (decodeEventKey(key) ?? key) : key;
}
