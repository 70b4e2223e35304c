/** The objects of a bucket whose keys begin with `prefix`, which is empty for all of them. */
export type BucketPrefix = { readonly bucket: string; readonly prefix: string };

/** Reads `s3://bucket/prefix` as the AWS CLI writes it, the prefix as it stands in keys, not encoded; undefined where a text is none. */
export function parseBucketPrefix(uri: string): BucketPrefix | undefined {
  // S3 User Guide, "General purpose bucket naming rules".
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix };
}
