import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseImageAddress } from '../../../../cli/commands/show/image-address.ts';
import { imageIdOf } from '../../../../functions/core/message/uploaded-object.ts';

describe('an image id is recognised', () => {
  for (const imageId of [
    imageIdOf('my-bucket', 'gate/1.jpg', { versionId: '3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY' }),
    imageIdOf('my-bucket', 'gate/1.jpg', { etag: 'd41d8cd98f00b204e9800998ecf8427e-2' }),
    imageIdOf('my-bucket', '입구 1/what?etag=1.jpg', { etag: 'a' }),
    imageIdOf('my-bucket', '가'.repeat(341), { versionId: '1' }),
  ]) {
    test(imageId.slice(0, 80), () => {
      assert.deepEqual(parseImageAddress(imageId), { kind: 'image-id', imageId });
    });
  }
});

describe('an object is recognised, and its key is not decoded', () => {
  for (const key of ['1.jpg', 'gate/a b+c%20d.jpg', 'gate/what?.jpg', 'gate/입구.jpg', '/1.jpg']) {
    test(key, () => {
      assert.deepEqual(parseImageAddress(`s3://my-bucket/${key}`), {
        kind: 'object',
        bucket: 'my-bucket',
        key,
      });
    });
  }
});

describe('other text is not an address', () => {
  for (const text of [
    '',
    'gate/1.jpg',
    's3://my-bucket',
    's3://my-bucket/',
    'https://my-bucket/1.jpg',
    's3:///1.jpg',
  ]) {
    test(`"${text}"`, () => {
      assert.equal(parseImageAddress(text), undefined);
    });
  }
});
