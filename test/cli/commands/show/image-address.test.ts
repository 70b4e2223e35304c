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
      assert.equal(parseImageAddress(imageId)?.imageIds[0], imageId);
    });
  }
});

describe('an object is recognised, and its key is not decoded', () => {
  for (const key of ['1.jpg', 'gate/a b+c%20d.jpg', 'gate/what?.jpg', 'gate/입구.jpg', '/1.jpg']) {
    test(key, () => {
      const { imageIds, bucket, keys } = parseImageAddress(`s3://my-bucket/${key}`) ?? {};
      assert.deepEqual([imageIds, bucket, keys?.[0]], [[], 'my-bucket', key]);
    });
  }
});

test('a key that looks like an image id can be both', () => {
  const { imageIds, keys } = parseImageAddress('s3://my-bucket/k/q?versionId=1.jpg') ?? {};
  assert.deepEqual([imageIds, keys], [['s3://my-bucket/k/q?versionId=1.jpg'], ['k/q?versionId=1.jpg']]);
});

test('a key in hangul means both of its Unicode forms, the typed one first', () => {
  for (const [typed, other] of [
    ['NFC', 'NFD'],
    ['NFD', 'NFC'],
  ] as const) {
    const keyOf = (form: string) => `정문/1.jpg`.normalize(form);
    const idOf = (form: string) => imageIdOf('my-bucket', keyOf(form), { etag: 'a' });
    assert.deepEqual(parseImageAddress(`s3://my-bucket/${keyOf(typed)}`)?.keys, [keyOf(typed), keyOf(other)]);
    assert.deepEqual(parseImageAddress(idOf(typed))?.imageIds, [idOf(typed), idOf(other)]);
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
