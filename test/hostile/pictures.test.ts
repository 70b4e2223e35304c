import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { checkPicture, maxPictureBytes } from '../../functions/core/picture/picture.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { makeJpeg, makePng } from '../fakes/pictures.ts';

const wholePictures = [
  makeJpeg(1920, 1080),
  makePng(1920, 1080),
  readSample('day.jpg'),
  readSample('electric.png'),
];
const wholePicture = fc.constantFrom(...wholePictures);
const jpegStart = Buffer.from('ffd8ff', 'hex');
const pngStart = Buffer.from('89504e470d0a1a0a', 'hex');

/** Where headers are: damage elsewhere is not looked at. */
const headerBytes = 1024;

function assertJudged(bytes: Uint8Array): void {
  const before = Buffer.from(bytes);
  const check = checkPicture([bytes]);
  assert(before.equals(bytes), 'the bytes were changed');
  if (check.kind === 'rejected') {
    assert.match(check.reason.code, /^[A-Z_]+$/);
    return;
  }
  const { picture } = check;
  assert.deepEqual(picture.parts, [bytes]);
  assert(before.subarray(0, 8).indexOf(picture.fileType === 'jpeg' ? jpegStart : pngStart) === 0);
  for (const pixels of [picture.width, picture.height]) {
    assert(Number.isInteger(pixels) && pixels > 0 && pixels <= 0xffff_ffff, `${pixels} pixels`);
  }
}

describe('always either a picture with its size or a rejection, and the bytes untouched:', () => {
  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000, size: 'max' }), assertJudged), {
      seed: 1,
      numRuns: 2000,
    });
  });

  test('any bytes after the signature of a JPEG or PNG', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(jpegStart, pngStart),
        fc.uint8Array({ maxLength: 2000, size: 'max' }),
        (start, bytes) => {
          assertJudged(Buffer.concat([start, bytes]));
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });

  test('a picture with changed bytes', () => {
    const change = fc.record({ at: fc.nat(headerBytes), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(wholePicture, fc.array(change, { minLength: 1, maxLength: 20 }), (picture, changes) => {
        const bytes = Buffer.from(picture);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        assertJudged(bytes);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  test('a picture cut off anywhere in its header', () => {
    for (const picture of wholePictures) {
      for (let sizeBytes = 0; sizeBytes <= Math.min(headerBytes, picture.length); sizeBytes += 1) {
        assertJudged(picture.subarray(0, sizeBytes));
      }
    }
  });

  test('a picture with a piece of another in its middle', () => {
    const place = fc.nat(headerBytes);
    fc.assert(
      fc.property(
        wholePicture,
        wholePicture,
        place,
        place,
        fc.nat(64),
        (picture, other, at, from, sizeBytes) => {
          assertJudged(
            Buffer.concat([
              picture.subarray(0, at),
              other.subarray(from, from + sizeBytes),
              picture.subarray(at),
            ]),
          );
        },
      ),
      { seed: 4, numRuns: 1000 },
    );
  });
});

describe('is judged within five seconds, though it has 5 MB:', () => {
  const repeated = (head: string, pattern: string) =>
    Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(maxPictureBytes, Buffer.from(pattern, 'hex'))]);
  const largePictures: Record<string, Uint8Array> = {
    'a JPEG of nothing but fill bytes': repeated('ffd8', 'ff'),
    'a JPEG of zeros': repeated('ffd8ff', '00'),
    'a JPEG of markers without length': repeated('ffd8', 'ff01'),
    'a JPEG of segments of length 0': repeated('ffd8', 'ffe00000'),
    'a JPEG of segments of length 1': repeated('ffd8', 'ffe00001'),
    'a JPEG of empty segments': repeated('ffd8', 'ffe00002'),
    'a JPEG of EXIF segments': repeated('ffd8', 'ffe10008457869660000'),
    'a PNG of zeros': repeated('89504e470d0a1a0a', '00'),
    'a PNG of signatures': repeated('', '89504e470d0a1a0a'),
    'a PNG of empty chunks': repeated('89504e470d0a1a0a', '000000007445587400000000'),
    'boxes of an ISO media file': repeated('', '0000000866747970'),
  };

  for (const [what, bytes] of Object.entries(largePictures)) {
    test(what, () => {
      const startedAt = performance.now();
      assertJudged(bytes.subarray(0, maxPictureBytes));
      const tookMs = performance.now() - startedAt;
      assert(tookMs < 5000, `it took ${tookMs} ms`);
    });
  }

  test('a repetition of any bytes after a signature', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ffd8ff', '89504e470d0a1a0a'),
        fc.uint8Array({ minLength: 1, maxLength: 24 }),
        (head, pattern) => {
          const bytes = repeated(head, Buffer.from(pattern).toString('hex')).subarray(0, maxPictureBytes);
          const startedAt = performance.now();
          assertJudged(bytes);
          const tookMs = performance.now() - startedAt;
          assert(tookMs < 5000, `it took ${tookMs} ms`);
        },
      ),
      { seed: 5, numRuns: 30 },
    );
  });
});
