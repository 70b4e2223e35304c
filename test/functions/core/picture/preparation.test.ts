import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { orientationOf } from '../../../../functions/core/picture/exif.ts';
import { checkPicture } from '../../../../functions/core/picture/picture.ts';
import {
  inOrder,
  stepsInHeader,
  type PreparationStep,
} from '../../../../functions/core/picture/preparation.ts';
import { makeOddPictures } from '../../../../infra/local/samples/odd-pictures.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';
import { addExifToJpeg, makeExif } from '../../../fakes/exif.ts';
import { makeJpeg } from '../../../fakes/pictures.ts';

const oddPictures = await makeOddPictures();
const needsDecoder: readonly PreparationStep[] = ['scaled', 'compressed'];

function stepsOf(...parts: readonly Uint8Array[]): readonly PreparationStep[] {
  const check = checkPicture(parts);
  assert.ok(check.kind === 'picture');
  return stepsInHeader(check.picture);
}

describe('the header alone shows what a picture needs', () => {
  test('of every odd sort, but for its size, and for what turns a WebP', () => {
    for (const { name, bytes, steps } of oddPictures) {
      const expected = steps.includes('converted')
        ? ['converted']
        : steps.filter((step) => !needsDecoder.includes(step));
      assert.deepEqual(stepsOf(bytes), expected, name);
    }
  });

  test('wherever the parts of the file are cut', () => {
    for (const { name, bytes, steps } of oddPictures) {
      if (!steps.includes('turned') || !name.endsWith('.jpg')) continue;
      for (let cut = 1; cut < 400; cut += 1) {
        assert.deepEqual(stepsOf(bytes.subarray(0, cut), bytes.subarray(cut)), ['turned'], name);
      }
    }
  });
});

describe('a picture that most cameras write needs nothing', () => {
  for (const file of ['day.jpg', 'night.jpg', 'taxi.png']) {
    test(file, () => {
      assert.deepEqual(stepsOf(readSample(file)), []);
    });
  }

  test('a JPEG whose EXIF says no orientation', () => {
    const jpeg = addExifToJpeg(makeJpeg(1920, 1080), makeExif({ dateTimeOriginal: '2026:11:22 17:15:04' }));
    assert.deepEqual(stepsOf(jpeg), []);
  });

  test('a JPEG whose EXIF is damaged', () => {
    const exif = makeExif({ dateTimeOriginal: '2026:11:22 17:15:04' });
    for (let length = 0; length < 30; length += 1) {
      assert.deepEqual(stepsOf(addExifToJpeg(makeJpeg(1920, 1080), exif.subarray(0, length))), []);
    }
  });
});

test('an orientation that does not exist turns nothing', () => {
  for (const [orientation, known] of [
    [0, 1],
    [1, 1],
    [8, 8],
    [9, 1],
  ] as const) {
    // A TIFF of one directory with one entry: tag 0x0112, type SHORT, count 1.
    const exif = Buffer.from(
      '4d4d002a00000008' + '0001' + '0112000300000001' + '00000000' + '00000000',
      'hex',
    );
    exif.writeUInt16BE(orientation, 18);
    const jpeg = addExifToJpeg(makeJpeg(1920, 1080), exif);
    assert.equal(orientationOf({ parts: [jpeg], fileType: 'jpeg' }), known);
  }
});

test('steps are recorded once, in one order', () => {
  assert.deepEqual(inOrder(['scaled', 'turned', 'converted', 'turned']), ['converted', 'turned', 'scaled']);
});
