import assert from 'node:assert/strict';
import sharp from 'sharp';
import { test } from 'vitest';
import { preparePicture } from '../../../functions/plate-reader/prepare-picture.ts';
import { drawNoise, drawQuarters } from './drawn-files.ts';

const plenty = 5_000_000;

test('a prepared picture is an upright JPEG of 8 bits in RGB, without EXIF', async () => {
  const webp = await drawQuarters().withMetadata({ orientation: 6 }).webp().toBuffer();
  const prepared = await preparePicture(webp, plenty);
  assert.ok(prepared.kind === 'prepared');
  const { format, width, height, space, depth, orientation } = await sharp(prepared.jpeg).metadata();
  assert.deepEqual(
    { format, width, height, space, depth, orientation },
    { format: 'jpeg', width: 48, height: 64, space: 'srgb', depth: 'uchar', orientation: undefined },
  );
  assert.deepEqual([prepared.width, prepared.height], [48, 64]);
  assert.deepEqual(prepared.stored, { width: 64, height: 48, orientation: 6 });
});

test('a picture keeps its pixels where they fit', async () => {
  const prepared = await preparePicture(await drawNoise(640, 480).png().toBuffer(), plenty);
  assert.ok(prepared.kind === 'prepared');
  assert.deepEqual([prepared.width, prepared.height], [640, 480]);
});

test('a picture is scaled down until it fits', async () => {
  for (const maxBytes of [100_000, 20_000, 2000]) {
    const prepared = await preparePicture(await drawNoise(640, 480).png().toBuffer(), maxBytes);
    assert.ok(prepared.kind === 'prepared');
    assert.ok(prepared.jpeg.length <= maxBytes, `${prepared.jpeg.length} bytes`);
    assert.ok(prepared.jpeg.length > maxBytes / 4, `${prepared.jpeg.length} bytes are fewer than needed`);
    assert.deepEqual(prepared.stored, { width: 640, height: 480, orientation: 1 });
  }
});

test('a picture that no size makes fit is refused', async () => {
  const prepared = await preparePicture(await drawNoise(640, 480).png().toBuffer(), 100);
  assert.ok(prepared.kind === 'refused');
  assert.equal(prepared.reason.code, 'TOO_LARGE');
});

test('a picture has at most 4,096 pixels a side afterwards', async () => {
  const prepared = await preparePicture(await drawQuarters(8000, 100).png().toBuffer(), plenty);
  assert.ok(prepared.kind === 'prepared');
  assert.deepEqual([prepared.width, prepared.height], [4096, 51]);
});

test('a damaged picture is refused with the reason of the decoder', async () => {
  const whole = await drawNoise(320, 240).jpeg().toBuffer();
  const prepared = await preparePicture(whole.subarray(0, whole.length / 2), plenty);
  assert.ok(prepared.kind === 'refused');
  assert.equal(prepared.reason.code, 'DAMAGED_PICTURE');
});
