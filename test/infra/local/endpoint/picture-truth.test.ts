import assert from 'node:assert/strict';
import { imageDimensionsFromData } from 'image-dimensions';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, test } from 'vitest';
import { readTruth, writeTruth, type PictureTruth } from '../../../../infra/local/endpoint/picture-truth.ts';

const truth: PictureTruth = {
  plates: [
    {
      plate: '서울12바5215',
      confidence: 0.93,
      box: { x1: 1, y1: 2, x2: 6, y2: 3, x3: 6, y3: 7, x4: 1, y4: 6 },
    },
  ],
};

const pictures = {
  JPEG: encodeJpeg({ width: 8, height: 8, data: Buffer.alloc(8 * 8 * 4, 120) }, 50).data,
  PNG: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

for (const [name, picture] of Object.entries(pictures)) {
  describe(`the truth of a ${name}`, () => {
    test('is read as it was written, with its hangul', () => {
      assert.deepEqual(readTruth(writeTruth(picture, truth)), { kind: 'truth', ...truth });
    });

    test('may have no plate', () => {
      assert.deepEqual(readTruth(writeTruth(picture, { plates: [] })), { kind: 'truth', plates: [] });
    });

    test('is absent from a picture without a written truth', () => {
      assert.deepEqual(readTruth(picture), { kind: 'none' });
    });

    test('replaces an earlier one', () => {
      assert.deepEqual(writeTruth(writeTruth(picture, { plates: [] }), truth), writeTruth(picture, truth));
    });

    test('leaves the dimensions readable', () => {
      assert.deepEqual(imageDimensionsFromData(writeTruth(picture, truth)), imageDimensionsFromData(picture));
    });

    test('is damaged if any byte of the file has changed', () => {
      const whole = writeTruth(picture, truth);
      const unnoticed = Array.from(whole.keys()).filter((index) => {
        const changed = Buffer.from(whole);
        changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
        return readTruth(changed).kind === 'truth';
      });
      assert.deepEqual(unnoticed, []);
    });

    test('is damaged or absent if the file is cut off anywhere', () => {
      const whole = writeTruth(picture, truth);
      const unnoticed = Array.from(whole.keys()).filter(
        (sizeBytes) => readTruth(whole.subarray(0, sizeBytes)).kind === 'truth',
      );
      assert.deepEqual(unnoticed, []);
    });

    test('is damaged, not absent, if a byte of the picture is lost', () => {
      assert.deepEqual(readTruth(writeTruth(picture, truth).subarray(0, -1)), { kind: 'damaged' });
    });
  });
}

test('a truth cannot be written into a file that is neither JPEG nor PNG', () => {
  assert.throws(() => writeTruth(Buffer.from('GIF89a'), truth), { message: /only .* JPEG or a PNG/ });
});

test('a file that is neither JPEG nor PNG has no truth', () => {
  assert.deepEqual(readTruth(new Uint8Array()), { kind: 'none' });
});
