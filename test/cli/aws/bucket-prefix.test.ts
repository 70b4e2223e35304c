import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseBucketPrefix } from '../../../cli/aws/bucket-prefix.ts';

describe('the source of a backfill', () => {
  test('is a bucket and a prefix of keys, which is not decoded', () => {
    assert.deepEqual(parseBucketPrefix('s3://my-bucket/gate north/2026/%20+?#'), {
      bucket: 'my-bucket',
      prefix: 'gate north/2026/%20+?#',
    });
  });

  test('is the whole bucket if there is no prefix', () => {
    for (const uri of ['s3://my.bucket', 's3://my.bucket/']) {
      assert.deepEqual(parseBucketPrefix(uri), { bucket: 'my.bucket', prefix: '' });
    }
  });

  test('cannot have another form', () => {
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
