import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { describe, test } from 'vitest';
import { drawReads } from '../../../cli/drawing/draw-reads.ts';
import { readSample } from '../../../infra/local/samples/samples.ts';

const box = { x1: 300, y1: 300, x2: 500, y2: 300, x3: 500, y3: 400, x4: 300, y4: 400 };

/** Red, green and blue of each asked pixel. */
async function coloursOf(jpeg: Uint8Array, ...places: readonly (readonly [x: number, y: number])[]) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return places.map(([x, y]) =>
    Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)),
  );
}

function isGreen([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return green > red + 60 && green > blue + 60;
}

test('each box is drawn on the picture in its own size, and nothing else changes', async () => {
  const picture = readSample('empty-road.png');
  const other = { x1: 900, y1: 600, x2: 1000, y2: 600, x3: 1000, y3: 650, x4: 900, y4: 650 };
  const reads = [
    { plate: '12가3456', confidence: 0.9, box },
    { plate: '바5215', confidence: 0.5, box: other },
  ];
  const drawing = await drawReads(picture, reads);
  assert.equal(drawing.kind, 'jpeg');
  const { format, width, height } = await sharp(drawing.bytes).metadata();
  assert.deepEqual([format, width, height], ['jpeg', 1280, 720]);
  const plain = await drawReads(picture, []);
  assert.equal(plain.kind, 'jpeg');
  const edges = [
    [400, 300],
    [500, 350],
    [400, 400],
    [300, 350],
    [950, 600],
  ] as const;
  assert.ok((await coloursOf(drawing.bytes, ...edges)).every(isGreen));
  assert.ok(!(await coloursOf(plain.bytes, ...edges)).some(isGreen));
  const outside = [
    [100, 700],
    [400, 350],
  ] as const;
  const plainColours = await coloursOf(plain.bytes, ...outside);
  const differences = (await coloursOf(drawing.bytes, ...outside)).map((colour, index) =>
    Math.max(...colour.map((value, part) => Math.abs(value - (plainColours[index]?.[part] ?? NaN)))),
  );
  assert.ok(
    differences.every((difference) => difference < 8),
    String(differences),
  );
});

test('a picture of 100 megapixels is drawn at 4,096 pixels of its longer side, with its box in place', async () => {
  const grey = { width: 10_000, height: 9_000, channels: 3, background: '#777' } as const;
  const picture = await sharp({ create: grey }).jpeg().toBuffer();
  const large = { x1: 2000, y1: 1000, x2: 8000, y2: 1000, x3: 8000, y3: 3000, x4: 2000, y4: 3000 };
  const drawing = await drawReads(picture, [{ plate: '12가3456', confidence: 0.9, box: large }]);
  assert.equal(drawing.kind, 'jpeg');
  const { width, height } = await sharp(drawing.bytes).metadata();
  assert.deepEqual([width, height], [4096, 3687]);
  const scale = 4096 / 10_000;
  const [edge = [], inside = []] = await coloursOf(
    drawing.bytes,
    [Math.round(5000 * scale), Math.round(1000 * scale)],
    [Math.round(5000 * scale), Math.round(2000 * scale)],
  );
  assert.ok(isGreen(edge) && !isGreen(inside));
});

test('a plate that is full of markup is drawn as text', async () => {
  const drawing = await drawReads(readSample('day.jpg'), [
    { plate: '</text><rect width="1280" height="720" fill="red"/>&\u0000\ud800"\uffff', confidence: 1, box },
  ]);
  assert.equal(drawing.kind, 'jpeg');
  const [corner = []] = await coloursOf(drawing.bytes, [1270, 10]);
  assert.ok((corner[2] ?? 0) > 200, String(corner));
});

describe('what a viewer shows is drawn:', () => {
  const drawn = async (picture: Uint8Array) => {
    const drawing = await drawReads(picture, [{ plate: '12가3456', confidence: 0.9, box }]);
    assert.equal(drawing.kind, 'jpeg', 'message' in drawing ? drawing.message : '');
    const { width, height } = await sharp(drawing.bytes).metadata();
    return [width, height];
  };
  const whole = readSample('day.jpg');

  test('a JPEG that is cut in half', async () => {
    assert.deepEqual(await drawn(whole.subarray(0, whole.length / 2)), [1280, 720]);
  });

  test('a JPEG without its end marker', async () => {
    assert.deepEqual(await drawn(whole.subarray(0, -2)), [1280, 720]);
  });

  test('a JPEG with fill bytes before its markers', async () => {
    const filled = Buffer.concat([whole.subarray(0, 2), Buffer.alloc(5, 0xff), whole.subarray(2)]);
    assert.deepEqual(await drawn(filled), [1280, 720]);
  });

  test('a JPEG in CMYK', async () => {
    assert.deepEqual(await drawn(await sharp(whole).toColourspace('cmyk').jpeg().toBuffer()), [1280, 720]);
  });

  test('a PNG with transparent corners', async () => {
    const mask = Buffer.from(
      '<svg width="1280" height="720"><rect width="1280" height="720" rx="90"/></svg>',
    );
    const rounded = sharp(whole)
      .ensureAlpha()
      .composite([{ input: mask, blend: 'dest-in' }]);
    assert.deepEqual(await drawn(await rounded.png().toBuffer()), [1280, 720]);
  });
});

test('a small file that says it is enormous is refused before it is decoded', async () => {
  const enormous = Buffer.from(readSample('empty-road.png'));
  // Width and height of a PNG are bytes 16 to 23 (W3C PNG, 11.2.1).
  enormous.writeUInt32BE(65_500, 16);
  enormous.writeUInt32BE(65_500, 20);
  const drawing = await drawReads(enormous, []);
  assert.equal(drawing.kind, 'fault');
  assert.match(drawing.message, /65500×65500 pixels/);
});

for (const [name, encode] of Object.entries({
  'a CMYK JPEG': (image: Sharp) => image.toColourspace('cmyk').jpeg(),
  'a progressive JPEG': (image: Sharp) => image.jpeg({ progressive: true }),
  'a PNG with transparency': (image: Sharp) => image.ensureAlpha(0.5).png(),
  'a 16-bit PNG': (image: Sharp) => image.toColourspace('rgb16').png(),
})) {
  test(`${name} is drawn`, async () => {
    const picture = await encode(sharp(readSample('day.jpg'))).toBuffer();
    assert.equal((await drawReads(picture, [{ plate: '12가3456', confidence: 0.9, box }])).kind, 'jpeg');
  });
}
