import assert from 'node:assert/strict';
import { test } from 'vitest';
import { cutStrip, stripBytes, stripHeight, stripWidth } from '../../../functions/plate-reader/cut-strip.ts';
import type { Cut } from '../../../functions/plate-reader/models.ts';
import { homographyOf, type Quadrilateral } from '../../../functions/plate-reader/quadrilateral.ts';

const cut: Cut = {
  enlargeX: 1,
  enlargeY: 1,
  upperColumns: 64,
  upperBox: { left: 14 / 112, top: 1 / 56, width: 84 / 112, height: 24 / 56 },
  lowerBox: { left: 0, top: 21 / 56, width: 1, height: 35 / 56 },
  pixelsPerSample: 48,
  mostSamples: 4,
};

/** Red grows to the right and green downwards, by one a pixel; both are exact between pixels too. */
function drawRamps(width: number, height: number) {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels.set([x, y, 0], (y * width + x) * 3);
  }
  return { pixels, width, height };
}

function colourAt(strip: Uint8Array, x: number, y: number): readonly number[] {
  return [...strip.subarray((y * stripWidth + x) * 3, (y * stripWidth + x) * 3 + 2)];
}

const slanted: Quadrilateral = [
  { x: 20, y: 30 },
  { x: 220, y: 60 },
  { x: 210, y: 130 },
  { x: 30, y: 80 },
];

test('each pixel of a strip is the one that the projection of the corners gives', () => {
  const strip = new Uint8Array(stripBytes);
  cutStrip(drawRamps(256, 160), slanted, 1, cut, strip);
  const { a, b, c, d, e, f, g, h } = homographyOf(slanted);
  for (const [x, y] of [
    [0, 0],
    [175, 0],
    [175, 31],
    [0, 31],
    [88, 16],
  ] as const) {
    const [u, v] = [(x + 0.5) / stripWidth, (y + 0.5) / stripHeight];
    const divisor = g * u + h * v + 1;
    const expected = [(a * u + b * v + c) / divisor - 0.5, (d * u + e * v + f) / divisor - 0.5];
    const found = colourAt(strip, x, y);
    assert.ok(
      Math.abs((found[0] ?? 0) - (expected[0] ?? 0)) <= 1,
      `${x},${y}: ${found.join()} is not ${expected.join()}`,
    );
    assert.ok(
      Math.abs((found[1] ?? 0) - (expected[1] ?? 0)) <= 1,
      `${x},${y}: ${found.join()} is not ${expected.join()}`,
    );
  }
});

test('the projection takes the corners of the unit square to the corners of the plate', () => {
  const { a, b, c, d, e, f, g, h } = homographyOf(slanted);
  const projected = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ].map(([u = 0, v = 0]) => {
    const divisor = g * u + h * v + 1;
    return { x: Math.round((a * u + b * v + c) / divisor), y: Math.round((d * u + e * v + f) / divisor) };
  });
  assert.deepEqual(projected, slanted);
});

const upright: Quadrilateral = [
  { x: 16, y: 20 },
  { x: 240, y: 20 },
  { x: 240, y: 132 },
  { x: 16, y: 132 },
];

test('of a plate of two rows, the upper row lies at the left of the strip and the lower one at the right', () => {
  const strip = new Uint8Array(stripBytes);
  cutStrip(drawRamps(256, 160), upright, 2, cut, strip);
  // 224×112 pixels of the picture for 112×56 units of the plate: two pixels a unit.
  assert.deepEqual(
    colourAt(strip, 0, 0).map((value) => Math.abs(value - (value > 30 ? 45 : 22)) <= 2),
    [true, true],
  );
  const [upperEnd = 0] = colourAt(strip, 63, 0);
  assert.ok(Math.abs(upperEnd - (16 + 2 * 98)) <= 3);
  const [lowerStart = 0, lowerTop = 0] = colourAt(strip, 64, 0);
  assert.ok(Math.abs(lowerStart - 16) <= 2);
  assert.ok(Math.abs(lowerTop - (20 + 2 * 21)) <= 2);
});

test('a plate at the edge of the picture is continued by the edge, and one of no area makes no error', () => {
  const strip = new Uint8Array(stripBytes);
  const outside: Quadrilateral = [
    { x: -50, y: -20 },
    { x: 50, y: -20 },
    { x: 50, y: 20 },
    { x: -50, y: 20 },
  ];
  cutStrip(drawRamps(64, 48), outside, 1, cut, strip);
  assert.deepEqual(colourAt(strip, 0, 0), [0, 0]);
  const point = { x: 10, y: 10 };
  cutStrip(drawRamps(64, 48), [point, point, point, point], 1, cut, strip);
  const nowhere = { x: Number.NaN, y: Number.NaN };
  cutStrip(drawRamps(64, 48), [nowhere, nowhere, nowhere, nowhere], 2, cut, strip);
});
