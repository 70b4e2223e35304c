import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { exifMomentOf } from '../../../../functions/core/capture/exif-moment.ts';
import { maxPictureBytes } from '../../../../functions/core/picture/picture.ts';
import { addExifToJpeg, addExifToPng, makeExif, type ExifTexts } from '../../../fakes/exif.ts';
import { makeJpeg, makePng } from '../../../fakes/pictures.ts';

const dateTimeOriginal = '2026:11:22 17:15:04';
const moment = '2026-11-22T08:15:04.000Z';

function jpegMoment(exif: Uint8Array): string | undefined {
  return exifMomentOf({ fileType: 'jpeg', parts: [addExifToJpeg(makeJpeg(1920, 1080), exif)] })?.moment;
}

function momentOf(texts: ExifTexts): string | undefined {
  return jpegMoment(makeExif(texts));
}

describe('a picture says when it was taken', () => {
  for (const byteOrder of ['little-endian', 'big-endian'] as const) {
    const exif = makeExif({ dateTimeOriginal }, byteOrder);

    test(`in a JPEG, ${byteOrder}`, () => {
      assert.equal(jpegMoment(exif), moment);
    });

    test(`in a PNG, ${byteOrder}`, () => {
      const parts = [addExifToPng(makePng(9, 9), exif)];
      assert.equal(exifMomentOf({ fileType: 'png', parts })?.moment, moment);
    });
  }

  test('also where it arrived in parts, wherever they are cut', () => {
    const exif = makeExif({ dateTimeOriginal });
    for (const [fileType, bytes] of [
      ['jpeg', addExifToJpeg(makeJpeg(9, 9), exif)],
      ['png', addExifToPng(makePng(9, 9), exif)],
    ] as const) {
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        assert.equal(exifMomentOf({ fileType, parts })?.moment, moment);
      }
    }
  });

  test('also where fill bytes precede the marker of its EXIF', () => {
    const jpeg = addExifToJpeg(makeJpeg(1920, 1080), makeExif({ dateTimeOriginal }));
    const padded = Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xff]), jpeg.subarray(2)]);
    assert.equal(exifMomentOf({ fileType: 'jpeg', parts: [padded] })?.moment, moment);
  });

  test('also where its bytes are a piece of a larger buffer', () => {
    const jpeg = addExifToJpeg(makeJpeg(1920, 1080), makeExif({ dateTimeOriginal }));
    const pool = Buffer.concat([Buffer.alloc(100), jpeg, Buffer.alloc(100)]);
    const parts = [pool.subarray(100, 100 + jpeg.length)];
    assert.equal(exifMomentOf({ fileType: 'jpeg', parts })?.moment, moment);
  });
});

describe('the time of a picture', () => {
  test('is Korea’s where the EXIF names no zone', () => {
    assert.equal(momentOf({ dateTimeOriginal }), moment);
  });

  test('is in the zone that the EXIF names', () => {
    assert.equal(momentOf({ dateTimeOriginal, offsetTimeOriginal: '-03:30' }), '2026-11-22T20:45:04.000Z');
  });

  for (const [offsetTimeOriginal, utc] of [
    ['Z', '2026-11-22T17:15:04.000Z'],
    ['+02:00', '2026-11-22T15:15:04.000Z'],
    ['+0200', '2026-11-22T15:15:04.000Z'],
    ['+02', '2026-11-22T15:15:04.000Z'],
  ] as const) {
    test(`is in the zone ${offsetTimeOriginal}`, () => {
      assert.equal(momentOf({ dateTimeOriginal, offsetTimeOriginal }), utc);
    });
  }

  test('is Korea’s where the zone is left blank', () => {
    assert.equal(momentOf({ dateTimeOriginal, offsetTimeOriginal: '   :  ' }), moment);
  });

  for (const [subSecTimeOriginal, milliseconds] of [
    ['5', '500'],
    ['07', '070'],
    ['123', '123'],
    ['123999', '123'],
    ['   ', '000'],
  ] as const) {
    test(`has the fraction of its second: ${JSON.stringify(subSecTimeOriginal)}`, () => {
      assert.equal(
        momentOf({ dateTimeOriginal, subSecTimeOriginal }),
        `2026-11-22T08:15:04.${milliseconds}Z`,
      );
    });
  }
});

describe('counts as no time:', () => {
  for (const impossible of [
    '0000:00:00 00:00:00',
    '2026:02:30 00:00:00',
    '2026:13:01 00:00:00',
    '2026:11:22 24:00:00',
    '2026:11:22 17:60:00',
    '    :  :     :  :  ',
    '2026-11-22T17:15:04',
    '2026:11:22',
    '',
  ]) {
    test(JSON.stringify(impossible), () => {
      assert.equal(momentOf({ dateTimeOriginal: impossible }), undefined);
    });
  }

  test('an EXIF without DateTimeOriginal', () => {
    assert.equal(momentOf({ offsetTimeOriginal: '+09:00' }), undefined);
  });

  test('a zone that no clock has', () => {
    assert.equal(momentOf({ dateTimeOriginal, offsetTimeOriginal: '+99:99' }), undefined);
  });

  test('a zone that is none, but keeps what the EXIF says', () => {
    const exif = makeExif({ dateTimeOriginal, offsetTimeOriginal: 'KST' });
    const parts = [addExifToJpeg(makeJpeg(9, 9), exif)];
    assert.deepEqual(exifMomentOf({ fileType: 'jpeg', parts }), {
      text: '2026:11:22 17:15:04 KST',
      moment: undefined,
    });
  });

  test('a time that its zone leads out of the years 0 to 9999', () => {
    const texts = { dateTimeOriginal: '9999:12:31 23:59:59', offsetTimeOriginal: '-01:00' };
    assert.equal(momentOf(texts), undefined);
  });

  test('a picture without EXIF', () => {
    assert.equal(exifMomentOf({ fileType: 'jpeg', parts: [makeJpeg(9, 9)] }), undefined);
    assert.equal(exifMomentOf({ fileType: 'png', parts: [makePng(9, 9)] }), undefined);
  });

  test('a time behind the end of the EXIF, though the picture has such bytes there', () => {
    const exif = makeExif({ dateTimeOriginal });
    const cutOff = exif.subarray(0, exif.length - dateTimeOriginal.length - 1);
    const jpeg = Buffer.concat([addExifToJpeg(makeJpeg(9, 9), cutOff)]);
    const segmentEnd = jpeg.indexOf(cutOff) + cutOff.length;
    const bytes = Buffer.concat([jpeg.subarray(0, segmentEnd), Buffer.from(dateTimeOriginal)]);
    assert.equal(exifMomentOf({ fileType: 'jpeg', parts: [bytes] }), undefined);
  });
});

describe('damage is no exception, and any time is one that can be:', () => {
  const whole = (['little-endian', 'big-endian'] as const).map((byteOrder) =>
    makeExif({ dateTimeOriginal, offsetTimeOriginal: '+09:00', subSecTimeOriginal: '123' }, byteOrder),
  );

  function assertHarmless(exif: Uint8Array): void {
    for (const found of [
      exifMomentOf({ fileType: 'jpeg', parts: [addExifToJpeg(makeJpeg(9, 9), exif)] }),
      exifMomentOf({ fileType: 'png', parts: [addExifToPng(makePng(9, 9), exif)] }),
    ]) {
      const { moment: named } = found ?? {};
      if (named !== undefined) assert.equal(new Date(named).toISOString(), named);
    }
  }

  test('an EXIF that is cut off anywhere', () => {
    for (const exif of whole) {
      for (let sizeBytes = 0; sizeBytes < exif.length; sizeBytes += 1) {
        assertHarmless(exif.subarray(0, sizeBytes));
      }
    }
  });

  test('an EXIF with changed bytes', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (exif, changes) => {
          const bytes = Buffer.from(exif);
          for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
          assertHarmless(bytes);
        },
      ),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('any bytes as EXIF, and as a picture', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('', '49492a00', '4d4d002a'),
        (bytes, start) => {
          const exif = Buffer.concat([Buffer.from(start, 'hex'), bytes]);
          assertHarmless(exif);
          for (const fileType of ['jpeg', 'png'] as const) exifMomentOf({ fileType, parts: [exif] });
        },
      ),
      { seed: 2, numRuns: 3000 },
    );
  });
});

describe('is looked through within a second, though it has 5 MB:', () => {
  const repeated = (head: string, pattern: string) =>
    Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(maxPictureBytes, Buffer.from(pattern, 'hex'))]);
  const inPartsOf = (sizeBytes: number, bytes: Uint8Array) =>
    Array.from({ length: Math.ceil(bytes.length / sizeBytes) }, (_, index) =>
      bytes.subarray(index * sizeBytes, (index + 1) * sizeBytes),
    );
  const largeExif = Buffer.alloc(maxPictureBytes - 1000, Buffer.from('10000100ffffff7f00000000', 'hex'));
  largeExif.set(Buffer.from('49492a0008000000ffff', 'hex'));

  for (const [what, fileType, bytes] of [
    ['a JPEG of segments of length 0', 'jpeg', repeated('ffd8', 'ffe10000')],
    ['a JPEG of empty EXIF segments', 'jpeg', repeated('ffd8', 'ffe10002')],
    ['a JPEG of padding', 'jpeg', repeated('ffd8', 'ff')],
    ['a PNG of empty chunks', 'png', repeated('89504e470d0a1a0a', '000000007445587400000000')],
    [
      'a PNG whose EXIF says that it has thousands of huge values',
      'png',
      addExifToPng(makePng(9, 9), largeExif),
    ],
  ] as const) {
    test(what, () => {
      const startedAt = performance.now();
      // As TLS delivers it, in records of 16 KB.
      assert.equal(exifMomentOf({ fileType, parts: inPartsOf(16_384, bytes) }), undefined);
      assert.ok(performance.now() - startedAt < 1000);
    });
  }
});
