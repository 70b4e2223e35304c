import { unicodeFormsOf } from '../../../functions/core/capture/camera-name.ts';
import { decodeEventKey } from '../../../functions/core/message/event-key.ts';
import { imageIdOf } from '../../../functions/core/message/uploaded-object.ts';
import { parseBucketPrefix } from '../../aws/bucket-prefix.ts';

/** Which pictures an address can mean, the likeliest first. */
export type ImageAddress = {
  /** Empty where the address has not the form of an image id. */
  readonly imageIds: readonly string[];
  readonly bucket: string;
  /** The keys of objects, whose current bytes are meant. */
  readonly keys: readonly string[];
};

/** The key in an image id is encoded, so it contains no question mark. */
const imageIdForm = /^s3:\/\/[^/?]+\/([^?]+)\?(versionId|etag)=([^?]+)$/;

/**
 * Reads an image id, or `s3://bucket/key` with the key not encoded; undefined if the text is neither. A key can
 * look like an image id. Both Unicode forms of a key are meant, since they look the same.
 */
export function parseImageAddress(text: string): ImageAddress | undefined {
  const { bucket, prefix: key } = parseBucketPrefix(text) ?? {};
  if (bucket === undefined || !key) return undefined;
  return { imageIds: imageIdsIn(text, bucket), bucket, keys: unicodeFormsOf(key) };
}

function imageIdsIn(text: string, bucket: string): readonly string[] {
  const [, encodedKey = '', name, value = ''] = imageIdForm.exec(text) ?? [];
  if (name === undefined) return [];
  const [key, bytes] = [decodeEventKey(encodedKey), decodeEventKey(value)];
  if (key === undefined || bytes === undefined) return [text];
  const forms = unicodeFormsOf(key).map((form) =>
    imageIdOf(bucket, form, name === 'etag' ? { etag: bytes } : { versionId: bytes }),
  );
  return [...new Set([text, ...forms])];
}
