import assert from 'node:assert/strict';
import sharp from 'sharp';
import { describe, test } from 'vitest';
import { cutPlate } from '../../../functions/plate-reader/cut-plate.ts';

/** A yellow plate with a black left end, turned by 20°, on a blue picture; and its four corners. */
async function drawTurnedPlate() {
  const turn = (20 * Math.PI) / 180;
  const [centreX, centreY, halfWidth, halfHeight] = [600, 400, 200, 50];
  const at = (x: number, y: number) => ({
    x: centreX + x * Math.cos(turn) - y * Math.sin(turn),
    y: centreY + x * Math.sin(turn) + y * Math.cos(turn),
  });
  const [one, two, three, four] = [
    at(-halfWidth, -halfHeight),
    at(halfWidth, -halfHeight),
    at(halfWidth, halfHeight),
    at(-halfWidth, halfHeight),
  ];
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="#00f"/>' +
    `<g transform="translate(${centreX} ${centreY}) rotate(20)">` +
    `<rect x="-200" y="-50" width="400" height="100" fill="#ff0"/><rect x="-200" y="-50" width="100" height="100"/></g></svg>`;
  const box = {
    x1: one.x,
    y1: one.y,
    x2: two.x,
    y2: two.y,
    x3: three.x,
    y3: three.y,
    x4: four.x,
    y4: four.y,
  };
  return { jpeg: await sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer(), box };
}

async function cropOf(picture: Uint8Array, box: Parameters<typeof cutPlate>[1]) {
  const cut = await cutPlate(picture, box);
  assert.ok(cut.kind === 'cut', JSON.stringify(cut));
  const { data, info } = await sharp(cut.jpeg).raw().toBuffer({ resolveWithObject: true });
  const colourAt = (shareX: number, shareY: number) => {
    const index = (Math.floor(shareY * info.height) * info.width + Math.floor(shareX * info.width)) * 3;
    return [...data.subarray(index, index + 3)].map((value) => (value > 127 ? 'f' : '0')).join('');
  };
  return { ...info, sizeBytes: cut.jpeg.length, colourAt };
}

const [yellow, black, blue] = ['ff0', '000', '00f'];

test('a turned plate becomes a straight, small JPEG with a narrow margin', async () => {
  const { jpeg, box } = await drawTurnedPlate();
  const { width, height, sizeBytes, colourAt } = await cropOf(jpeg, box);
  assert.equal(width, 400);
  assert.equal(height, Math.round((400 * 120) / 424));
  assert.ok(sizeBytes < 10_000, `${sizeBytes} bytes`);
  // The plate's own corners and middle; beyond them is the margin.
  assert.deepEqual(
    [
      colourAt(0.08, 0.15),
      colourAt(0.08, 0.85),
      colourAt(0.5, 0.5),
      colourAt(0.94, 0.15),
      colourAt(0.94, 0.85),
    ],
    [black, black, yellow, yellow, yellow],
  );
  assert.deepEqual([colourAt(0.5, 0.02), colourAt(0.5, 0.97)], [blue, blue]);
});

test('a box counts in stored pixels, whatever EXIF says of the picture', async () => {
  const { jpeg, box } = await drawTurnedPlate();
  const turned = await sharp(jpeg).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const { colourAt } = await cropOf(turned, box);
  assert.deepEqual([colourAt(0.08, 0.5), colourAt(0.5, 0.5)], [black, yellow]);
});

test('a plate at the edge is cut as far as the picture shows it', async () => {
  const { jpeg } = await drawTurnedPlate();
  const box = { x1: -40, y1: -20, x2: 60, y2: -20, x3: 60, y3: 20, x4: -40, y4: 20 };
  assert.equal((await cropOf(jpeg, box)).width, 106);
});

describe('no crop is cut', () => {
  const outside = { x1: 5000, y1: 10, x2: 5100, y2: 10, x3: 5100, y3: 40, x4: 5000, y4: 40 };
  const empty = { x1: 10, y1: 10, x2: 10, y2: 10, x3: 10, y3: 10, x4: 10, y4: 10 };
  for (const [name, box] of Object.entries({ outside, empty })) {
    test(`for a box that is ${name}`, async () => {
      const { jpeg } = await drawTurnedPlate();
      const cut = await cutPlate(jpeg, box);
      assert.equal(cut.kind === 'refused' && cut.reason.code, 'BOX_OUTSIDE');
    });
  }

  test('of a damaged picture', async () => {
    const { jpeg, box } = await drawTurnedPlate();
    const cut = await cutPlate(jpeg.subarray(0, jpeg.length / 4), box);
    assert.equal(cut.kind === 'refused' && cut.reason.code, 'DAMAGED_PICTURE');
  });
});
