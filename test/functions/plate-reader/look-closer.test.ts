import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { DecodedPicture } from '../../../functions/plate-reader/decode-picture.ts';
import { lookCloser } from '../../../functions/plate-reader/look-closer.ts';
import type { Quadrilateral } from '../../../functions/plate-reader/quadrilateral.ts';
import { drawMaps, rectangle } from './fake-networks.ts';

const picture = { pixels: new Uint8Array(400 * 300 * 3), width: 400, height: 300 };
const located = (corners: Quadrilateral) => ({ score: 0.6, corners, twoRowsProbability: 0.5 });

test('a small plate gets the corners and rows that the locator sees in an enlarged part of the picture', async () => {
  // Three times as large, with the plate's middle in the middle of 256×160 pixels.
  const seen = { column: 15, row: 9, score: 0.9, corners: rectangle(56, 65, 200, 101), twoRows: 0.1 };
  const plate = await lookCloser(picture, located(rectangle(100, 100, 148, 112)), ({ width, height }) => {
    assert.deepEqual([width, height], [256, 160]);
    return Promise.resolve(drawMaps(width, height, [seen]));
  });
  assert.equal(plate.score, 0.6);
  assert.ok(Math.abs(plate.twoRowsProbability - 0.1) < 1e-6);
  for (const [index, { x, y }] of rectangle(100, 101, 148, 113).entries()) {
    assert.ok(Math.hypot(x - (plate.corners[index]?.x ?? 0), y - (plate.corners[index]?.y ?? 0)) < 1e-3);
  }
});

test('a part that reaches beyond the picture shows the edge of the picture there', async () => {
  const bright = { ...picture, pixels: new Uint8Array(picture.pixels.length).fill(200) };
  const looks: DecodedPicture[] = [];
  await lookCloser(bright, located(rectangle(0, 0, 48, 12)), (look) => {
    looks.push(look);
    return Promise.resolve(drawMaps(look.width, look.height, []));
  });
  assert.ok(looks.every(({ pixels }) => pixels.every((value) => value === 200)));
});

test('a small plate keeps its corners where the look shows no plate or another one', async () => {
  const plate = located(rectangle(100, 100, 148, 112));
  const other = { column: 3, row: 3, score: 0.9, corners: rectangle(0, 0, 60, 20), twoRows: 0 };
  for (const cells of [[], [other]]) {
    const kept = await lookCloser(picture, plate, ({ width, height }) =>
      Promise.resolve(drawMaps(width, height, cells)),
    );
    assert.equal(kept, plate);
  }
});

test('a wide plate costs no closer look', async () => {
  const plate = located(rectangle(100, 100, 230, 130));
  assert.equal(await lookCloser(picture, plate, () => assert.fail()), plate);
});
