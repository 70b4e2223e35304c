import assert from 'node:assert/strict';
import type { Sharp } from 'sharp';
import { describe, test } from 'vitest';
import { decodePicture } from '../../../functions/plate-reader/decode-picture.ts';
import { openPicture } from '../../../functions/plate-reader/open-picture.ts';
import { makePng } from '../../fakes/pictures.ts';
import { claimSize, drawNoise, drawQuarters } from './drawn-files.ts';

const commonFiles: Record<string, (image: Sharp) => Sharp> = {
  'a baseline JPEG': (image) => image.jpeg({ quality: 95 }),
  'a progressive JPEG': (image) => image.jpeg({ quality: 95, progressive: true }),
  'a JPEG without chroma subsampling': (image) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
  'a CMYK JPEG': (image) => image.toColourspace('cmyk').jpeg({ quality: 95 }),
  'a PNG': (image) => image.png(),
  'an interlaced PNG': (image) => image.png({ progressive: true }),
  'a PNG of 16 bits': (image) => image.toColourspace('rgb16').png(),
  'a PNG with a palette': (image) => image.png({ palette: true, colours: 8 }),
  'a PNG with an alpha channel': (image) => image.ensureAlpha(1).png(),
};

describe('every common file decodes to the same colours', () => {
  for (const [name, write] of Object.entries(commonFiles)) {
    test(name, async () => {
      const decoding = await decodePicture(await write(drawQuarters()).toBuffer());
      assert.equal(decoding.kind, 'decoded');
      const { pixels, width, height } = decoding.picture;
      assert.deepEqual([width, height, pixels.length], [64, 48, 64 * 48 * 3]);
      assert.deepEqual(mainColours(pixels, 16, 12), ['red'], 'top left');
      assert.deepEqual(mainColours(pixels, 48, 12), ['green'], 'top right');
      assert.deepEqual(mainColours(pixels, 48, 36), ['blue'], 'bottom right');
      assert.deepEqual(mainColours(pixels, 16, 36), ['red', 'green', 'blue'], 'bottom left is white');
    });
  }

  test('grey pictures of 8 and 16 bits become RGB of equal parts', async () => {
    for (const space of ['b-w', 'grey16']) {
      const decoding = await decodePicture(await drawQuarters().toColourspace(space).png().toBuffer());
      assert.equal(decoding.kind, 'decoded');
      const { pixels } = decoding.picture;
      assert.equal(pixels.length, 64 * 48 * 3);
      assert.ok(pixels[0] === pixels[1] && pixels[1] === pixels[2], space);
    }
  });
});

/** The channels of the pixel that are nearly as bright as its brightest: CMYK knows no pure colours. */
function mainColours(pixels: Uint8Array, x: number, y: number): readonly string[] {
  const pixel = pixels.subarray((y * 64 + x) * 3, (y * 64 + x + 1) * 3);
  return ['red', 'green', 'blue'].filter(
    (_colour, channel) => (pixel[channel] ?? 0) > 0.95 * Math.max(...pixel),
  );
}

describe('odd files that are whole are read', () => {
  test('a JPEG whose camera left out the end marker', async () => {
    const jpeg = await drawNoise(320, 240).jpeg().toBuffer();
    assert.equal((await decodePicture(jpeg.subarray(0, -2))).kind, 'decoded');
  });

  test('a JPEG with bytes behind its end, as in a multi-picture file', async () => {
    const jpeg = await drawQuarters().jpeg().toBuffer();
    const decoding = await decodePicture(Buffer.concat([jpeg, jpeg, Buffer.alloc(1000)]));
    assert.ok(decoding.kind === 'decoded' && decoding.picture.width === 64);
  });

  test('a JPEG with fill bytes between its segments', async () => {
    const jpeg = await drawQuarters().jpeg().toBuffer();
    const filled = Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(300, 0xff), jpeg.subarray(2)]);
    assert.equal((await decodePicture(filled)).kind, 'decoded');
  });
});

describe('a large picture is decoded at half its size, and its header keeps the true one', () => {
  for (const [name, write] of [
    ['JPEG', (image: Sharp) => image.jpeg()],
    ['PNG', (image: Sharp) => image.png()],
  ] as const) {
    test(name, async () => {
      const decoding = await decodePicture(await write(drawQuarters(4000, 3000)).toBuffer());
      assert.equal(decoding.kind, 'decoded');
      assert.deepEqual([decoding.picture.width, decoding.picture.height], [2000, 1500]);
      assert.deepEqual([decoding.header.width, decoding.header.height], [4000, 3000]);
    });
  }

  test('the upright side is halved where EXIF turns the picture', async () => {
    const turned = drawQuarters(4000, 3000).withMetadata({ orientation: 6 }).jpeg();
    const decoding = await decodePicture(await turned.toBuffer());
    assert.equal(decoding.kind, 'decoded');
    assert.deepEqual([decoding.picture.width, decoding.picture.height], [1500, 2000]);
  });
});

describe('a file that cannot be read is refused with a code and a sentence', () => {
  const noise = drawNoise(320, 240);
  const half = async (file: Promise<Buffer>) => (await file).subarray(0, (await file).length / 2);
  const files: readonly (readonly [name: string, code: string, bytes: () => Promise<Uint8Array>])[] = [
    ['nothing', 'EMPTY', () => Promise.resolve(new Uint8Array())],
    ['33 MB', 'TOO_LARGE', () => Promise.resolve(new Uint8Array(33 * 1024 * 1024))],
    ['text', 'UNKNOWN_FILE_TYPE', () => Promise.resolve(Buffer.from('Not a picture.'))],
    ['a GIF', 'UNKNOWN_FILE_TYPE', () => drawQuarters().gif().toBuffer()],
    [
      'an SVG',
      'UNKNOWN_FILE_TYPE',
      () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    ],
    [
      'a JPEG signature and no more',
      'UNREADABLE_HEADER',
      () => Promise.resolve(Buffer.from('ffd8ffe0', 'hex')),
    ],
    ['a PNG of no pixels', 'UNREADABLE_HEADER', () => Promise.resolve(makePng(0, 0))],
    [
      'a JPEG that says 65535×65535',
      'TOO_MANY_PIXELS',
      async () => claimSize(await noise.clone().jpeg().toBuffer(), 65535, 65535),
    ],
    [
      'a progressive JPEG that says 8000×8000',
      'TOO_MANY_PIXELS',
      async () => claimSize(await noise.clone().jpeg({ progressive: true }).toBuffer(), 8000, 8000),
    ],
    ['half a JPEG', 'DAMAGED_PICTURE', () => half(noise.clone().jpeg().toBuffer())],
    [
      'half a progressive JPEG',
      'DAMAGED_PICTURE',
      () => half(noise.clone().jpeg({ progressive: true }).toBuffer()),
    ],
    ['half a PNG', 'DAMAGED_PICTURE', () => half(noise.clone().png().toBuffer())],
    [
      'half an interlaced PNG',
      'DAMAGED_PICTURE',
      () => half(noise.clone().png({ progressive: true }).toBuffer()),
    ],
    [
      'a JPEG with a header and no pixels',
      'UNREADABLE_HEADER',
      async () => {
        const jpeg = await noise.clone().jpeg().toBuffer();
        return jpeg.subarray(0, jpeg.indexOf(Buffer.from('ffda', 'hex')));
      },
    ],
  ];
  for (const [name, code, bytes] of files) {
    test(name, async () => {
      const decoding = await decodePicture(await bytes());
      assert.equal(decoding.kind, 'refused');
      assert.equal(decoding.reason.code, code);
      assert.match(decoding.reason.message, /^[A-Z][^]{10,}\.$/);
    });
  }

  test('a PNG that says 65535×65535, whatever its checksum', async () => {
    const opening = await openPicture(makePng(65535, 65535));
    assert.equal(opening.kind, 'refused');
    assert.ok(['TOO_MANY_PIXELS', 'UNREADABLE_HEADER'].includes(opening.reason.code));
  });
});
