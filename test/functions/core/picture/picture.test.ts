import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { checkPicture, maxPictureBytes, refuseSize } from '../../../../functions/core/picture/picture.ts';
import { makeJpeg, makePng } from '../../../fakes/pictures.ts';

const jpeg = makeJpeg(1920, 1080);
const png = makePng(1280, 720);

function paddedTo(sizeBytes: number): Uint8Array {
  return Buffer.concat([jpeg, Buffer.alloc(sizeBytes - jpeg.length)]);
}

for (const [fileType, bytes, width, height] of [
  ['jpeg', jpeg, 1920, 1080],
  ['png', png, 1280, 720],
] as const) {
  test(`a ${fileType} is known by its bytes, with its size in pixels`, () => {
    assert.deepEqual(checkPicture([bytes]), {
      kind: 'picture',
      picture: { parts: [bytes], sizeBytes: bytes.length, fileType, width, height },
    });
  });
}

test('a JPEG is measured past the segments of its camera', () => {
  const comment = Buffer.from('fffe0007' + '68656c6c6f', 'hex');
  const check = checkPicture([Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)])]);
  assert.ok(check.kind === 'picture' && check.picture.width === 1920);
});

test('a picture is measured though it arrived in parts, wherever they are cut', () => {
  for (const bytes of [jpeg, png]) {
    const whole = checkPicture([bytes]);
    assert.ok(whole.kind === 'picture');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
      assert.deepEqual(checkPicture(parts), { kind: 'picture', picture: { ...whole.picture, parts } });
    }
  }
});

for (const beforeBytes of [3_000, 60_000, 300_000]) {
  test(`a JPEG is measured behind ${beforeBytes} bytes of other segments`, () => {
    const segment = Buffer.alloc(60_000);
    segment.set(Buffer.from('ffe1', 'hex'));
    segment.writeUInt16BE(segment.length - 2, 2);
    const last = Buffer.from(segment.subarray(0, beforeBytes % 60_000));
    if (last.length > 0) last.writeUInt16BE(last.length - 2, 2);
    const segments = Array.from({ length: Math.floor(beforeBytes / 60_000) }, () => segment);
    const check = checkPicture([jpeg.subarray(0, 2), ...segments, last, jpeg.subarray(2)]);
    assert.ok(check.kind === 'picture' && check.picture.height === 1080);
  });
}

test('a picture of exactly 32 MB may be read', () => {
  assert.equal(maxPictureBytes, 33_554_432);
  assert.equal(checkPicture([paddedTo(33_554_432)]).kind, 'picture');
});

describe('is rejected:', () => {
  for (const [what, bytes, code] of [
    ['nothing', new Uint8Array(), 'EMPTY'],
    ['one byte more than 32 MB', paddedTo(33_554_433), 'TOO_LARGE'],
    ['one byte', Buffer.from([0xff]), 'UNKNOWN_FILE_TYPE'],
    ['a GIF', Buffer.from('47494638396101000100800000', 'hex'), 'UNKNOWN_FILE_TYPE'],
    ['a WebP without a size', Buffer.from('RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0', 'latin1'), 'UNREADABLE_HEADER'],
    ['another file of RIFF', Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0', 'latin1'), 'UNKNOWN_FILE_TYPE'],
    ['a film', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), 'UNKNOWN_FILE_TYPE'],
    [
      'an AVIF without a size',
      Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'latin1'),
      'UNREADABLE_HEADER',
    ],
    ['a text', Buffer.from('123가4567'), 'UNKNOWN_FILE_TYPE'],
    ['half of the PNG signature', png.subarray(0, 4), 'UNKNOWN_FILE_TYPE'],
    ['a JPEG behind another byte', Buffer.concat([Buffer.alloc(1), jpeg]), 'UNKNOWN_FILE_TYPE'],
    ['the JPEG signature alone', jpeg.subarray(0, 3), 'UNREADABLE_HEADER'],
    ['a JPEG cut within its frame header', jpeg.subarray(0, 8), 'UNREADABLE_HEADER'],
    [
      'a JPEG that has only a comment',
      Buffer.from('ffd8fffe0007' + '68656c6c6f', 'hex'),
      'UNREADABLE_HEADER',
    ],
    ['the PNG signature alone', png.subarray(0, 8), 'UNREADABLE_HEADER'],
    ['a PNG cut within its header', png.subarray(0, 20), 'UNREADABLE_HEADER'],
    ['a JPEG without width', makeJpeg(0, 1080), 'UNREADABLE_HEADER'],
    ['a PNG without height', makePng(1280, 0), 'UNREADABLE_HEADER'],
  ] as const) {
    test(what, () => {
      const check = checkPicture([bytes]);
      assert.ok(check.kind === 'rejected');
      assert.equal(check.reason.code, code);
    });
  }
});

test('what is too large is refused by its size alone, and the sentence names both sizes', () => {
  assert.deepEqual(refuseSize(40_000_000), {
    code: 'TOO_LARGE',
    message: 'The object has 40000000 bytes; at most 33554432 are read.',
  });
});

for (const sizeBytes of [1, 33_554_432]) {
  test(`a size of ${sizeBytes} bytes is no obstacle`, () => {
    assert.equal(refuseSize(sizeBytes), undefined);
  });
}
