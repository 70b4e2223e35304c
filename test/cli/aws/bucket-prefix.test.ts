import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseBucketPrefix } from '../../../cli/aws/bucket-prefix.ts';

describe('the source of a backfill', () => {
  test('is a bucket and the beginning of keys, taken as they are written', () => {
    assert.deepEqual(parseBucketPrefix('s3://my-bucket/gate north/2026/%20+?#'), {
      bucket: 'my-bucket',
      prefix: 'gate north/2026/%20+?#',
    });
  });

  test('is the whole bucket where no prefix is given', () => {
    for (const uri of ['s3://my.bucket', 's3://my.bucket/']) {
      assert.deepEqual(parseBucketPrefix(uri), { bucket: 'my.bucket', prefix: '' });
    }
  });

  test('is nothing else', () => {
    for (const text of [
      '',
      'my-bucket',
      's3:/my-bucket/x',
      's3://',
      's3://My_Bucket/x',
      'https://my-bucket/x',
    ]) {
      assert.equal(parseBucketPrefix(text), undefined, text);
    }
  });
});
