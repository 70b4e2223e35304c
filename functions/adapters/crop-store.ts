import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** How long storing a crop can take, with its retries, in milliseconds. */
export const putTimeoutMs = 5000;

export type CropStore = ReturnType<typeof createCropStore>;

/** The bucket of crops. */
export function createCropStore(bucket: string, config: S3ClientConfig = {}) {
  const client = lazily(
    () =>
      new S3Client({
        requestHandler: { connectionTimeout: 1000 },
        // S3 adds its own checksum to what has none.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        ...config,
      }),
  );

  return {
    /** Stores a JPEG under the key. Throws an OutsideError `S3_…` where S3 fails or denies access. */
    async put(key: string, jpeg: Uint8Array): Promise<void> {
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: jpeg, ContentType: 'image/jpeg' });
      try {
        await client().send(put, { abortSignal: AbortSignal.timeout(putTimeoutMs) });
      } catch (error) {
        throw fromAwsError('S3', error);
      }
    },
  };
}
