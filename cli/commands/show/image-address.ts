import { parseBucketPrefix } from '../../aws/bucket-prefix.ts';

/** What names a picture: its image id, or an object, whose current bytes are meant. */
export type ImageAddress =
  | { readonly kind: 'image-id'; readonly imageId: string }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string };

/** In an image id the key is encoded, so it has no question mark of its own. */
const imageIdForm = /^s3:\/\/[^/?]+\/[^?]+\?(versionId|etag)=[^?]+$/;

/** Undefined where the text names no picture. The key of an object is as it stands in the bucket, not encoded. */
export function parseImageAddress(text: string): ImageAddress | undefined {
  if (imageIdForm.test(text)) return { kind: 'image-id', imageId: text };
  const { bucket, prefix: key } = parseBucketPrefix(text) ?? {};
  return bucket === undefined || !key ? undefined : { kind: 'object', bucket, key };
}
