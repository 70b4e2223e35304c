import { parseBucketPrefix } from '../../aws/bucket-prefix.ts';

/** The address of a picture: its image id, or an object, which means the object's current bytes. */
export type ImageAddress =
  | { readonly kind: 'image-id'; readonly imageId: string }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string };

/** The key in an image id is encoded, so it contains no question mark. */
const imageIdForm = /^s3:\/\/[^/?]+\/[^?]+\?(versionId|etag)=[^?]+$/;

/** Returns undefined if the text is no address. The key of an object is not encoded. */
export function parseImageAddress(text: string): ImageAddress | undefined {
  if (imageIdForm.test(text)) return { kind: 'image-id', imageId: text };
  const { bucket, prefix: key } = parseBucketPrefix(text) ?? {};
  return bucket === undefined || !key ? undefined : { kind: 'object', bucket, key };
}
