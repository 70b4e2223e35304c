import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { decodePicture } from '../../../functions/plate-reader/decode-picture.ts';
import { storedPointOf, uprightPointOf } from '../../../functions/plate-reader/orientation.ts';
import { drawQuarters } from './drawn-files.ts';

describe('a point of the upright picture has the colour that the stored picture has at its place', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`EXIF orientation ${orientation}`, async () => {
      const stored = await drawQuarters().raw().toBuffer();
      const file = await drawQuarters().withMetadata({ orientation }).png().toBuffer();
      const decoding = await decodePicture(file);
      assert.ok(decoding.kind === 'decoded');
      const { pixels, width, height } = decoding.picture;
      assert.equal(width, orientation < 5 ? 64 : 48);
      for (const [x, y] of [
        [4, 5],
        [width - 7, 3],
        [width - 6, height - 9],
        [2, height - 8],
      ] as const) {
        const point = storedPointOf({ x: x + 0.5, y: y + 0.5 }, orientation, 64, 48);
        const at = (Math.floor(point.y) * 64 + Math.floor(point.x)) * 3;
        const upright = pixels.subarray((y * width + x) * 3, (y * width + x + 1) * 3);
        assert.deepEqual([...upright], [...stored.subarray(at, at + 3)]);
      }
    });
  }
});

test('a point of the stored picture goes to its place in the upright one, and back', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const stored = { x: 11, y: 5 };
    const upright = uprightPointOf(stored, orientation, 64, 48);
    assert.deepEqual(storedPointOf(upright, orientation, 64, 48), stored, `orientation ${orientation}`);
  }
});
