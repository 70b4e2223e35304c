/** The objects of a bucket whose keys begin with `prefix`; an empty prefix means all objects. */
export type BucketPrefix = { readonly bucket: string; readonly prefix: string };

/**
 * Parses `s3://bucket/prefix` as the AWS CLI writes it, with the prefix not encoded; undefined if the text
 * has another form.
 */
export function parseBucketPrefix(uri: string): BucketPrefix | undefined {
  // S3 User Guide, "General purpose bucket naming rules".
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix };
}
