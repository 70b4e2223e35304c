import assert from 'node:assert/strict';
import { test } from 'vitest';
import { imageIdOf } from '../../../../functions/core/message/uploaded-object.ts';

for (const [key, imageId] of [
  ['gate/2026/1.jpg', 's3://pictures/gate/2026/1.jpg?versionId=v1'],
  ['a b+c.jpg', 's3://pictures/a%20b%2Bc.jpg?versionId=v1'],
  ['정문.jpg', 's3://pictures/%EC%A0%95%EB%AC%B8.jpg?versionId=v1'],
  ['a?versionId=v2', 's3://pictures/a%3FversionId%3Dv2?versionId=v1'],
  ['/a//b/', 's3://pictures//a//b/?versionId=v1'],
] as const) {
  test(`the image id has the key ${key} as in a URL path`, () => {
    assert.equal(imageIdOf('pictures', key, { versionId: 'v1' }), imageId);
  });
}

test('without a version the ETag names the bytes', () => {
  assert.equal(imageIdOf('pictures', '1.jpg', { etag: 'e1-2' }), 's3://pictures/1.jpg?etag=e1-2');
});

test('a version cannot pass for an ETag', () => {
  assert.notEqual(imageIdOf('b', 'k', { versionId: 'x' }), imageIdOf('b', 'k', { etag: 'x' }));
});

test('two versions of one key are two objects', () => {
  assert.notEqual(imageIdOf('b', 'k', { versionId: 'v1' }), imageIdOf('b', 'k', { versionId: 'v2' }));
});

test('one key in two buckets is two objects', () => {
  assert.notEqual(imageIdOf('b1', 'k', { versionId: 'v' }), imageIdOf('b2', 'k', { versionId: 'v' }));
});

const longestBucket = 'b'.repeat(63);
const longestVersion = { versionId: 'v'.repeat(1024) };
const longestHangulKey = '가'.repeat(341) + '1';

test('a hangul key of 1,024 bytes with the longest version fits a partition key of 2,048 bytes', () => {
  assert.ok(Buffer.byteLength(imageIdOf(longestBucket, longestHangulKey, longestVersion)) <= 2048);
});

test('the short form differs for other keys, versions and buckets', () => {
  const otherKey = '가'.repeat(341) + '2';
  const imageIds = [
    imageIdOf('b', longestHangulKey, { versionId: 'v1' }),
    imageIdOf('b', otherKey, { versionId: 'v1' }),
    imageIdOf('b', longestHangulKey, { versionId: 'v2' }),
    imageIdOf('c', longestHangulKey, { versionId: 'v1' }),
  ];
  assert.equal(new Set(imageIds).size, imageIds.length);
});

test('no key can be named so that it gets the short form of another', () => {
  const short = imageIdOf('b', longestHangulKey, { versionId: 'v' });
  const forgedKey = decodeURIComponent(short.slice('s3://b/'.length, short.indexOf('?')));
  assert.notEqual(imageIdOf('b', forgedKey, { versionId: 'v' }), short);
});

test('an image id of exactly 2,048 bytes keeps its key, one byte more takes the short form', () => {
  const around = Buffer.byteLength('s3://b/?versionId=') + 1024;
  const fits = imageIdOf('b', 'k'.repeat(2048 - around), longestVersion);
  assert.equal(Buffer.byteLength(fits), 2048);
  assert.match(
    imageIdOf('b', 'k'.repeat(2049 - around), longestVersion),
    /^s3:\/\/b\/sha256=[0-9a-f]{64}\?versionId=v+$/,
  );
});
