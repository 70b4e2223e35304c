import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { looksOf } from '../../../functions/plate-reader/looks.ts';

function drawColour(width: number, height: number, colour: readonly [number, number, number]) {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(colour, at);
  return { pixels, width, height };
}

describe('the locator looks at the picture, enlarged or at most 1,920 pixels of it, and at halves of that', () => {
  for (const [width, height, sides] of [
    [1280, 720, [1280, 640, 320]],
    [720, 1280, [1280, 640, 320]],
    [1920, 1080, [1920, 960, 480, 240]],
    [2000, 1500, [1920, 960, 480, 240]],
    [1600, 1200, [1600, 800, 400]],
    [640, 480, [1280, 640, 320]],
    [600, 400, [640, 320]],
    [200, 60, [320]],
    [20, 10, [20]],
    [1, 1, [1]],
  ] as const) {
    test(`${width}×${height}`, async () => {
      const looks = await Array.fromAsync(looksOf(drawColour(width, height, [10, 20, 30])));
      assert.deepEqual(
        looks.map(({ picture }) => Math.max(picture.width, picture.height)),
        sides.map((side) => Math.ceil(side / 32) * 32),
      );
    });
  }
});

test('a look shows the picture’s colours, and black at the right and below', async () => {
  for await (const { picture, scaleX, scaleY } of looksOf(drawColour(1300, 700, [10, 20, 30]))) {
    const colourAt = (x: number, y: number) => {
      const at = (y * picture.width + x) * 3;
      return [...picture.pixels.subarray(at, at + 3)];
    };
    const [width, height] = [Math.floor(1300 / scaleX), Math.floor(700 / scaleY)];
    assert.deepEqual(colourAt(0, 0), [10, 20, 30]);
    assert.deepEqual(colourAt(width - 1, height - 1), [10, 20, 30]);
    assert.ok(height < picture.height);
    assert.deepEqual(colourAt(width - 1, picture.height - 1), [0, 0, 0]);
  }
});

test('a point keeps its place through every look', async () => {
  const picture = drawColour(1920, 1080, [0, 0, 0]);
  for (let y = 500; y < 540; y += 1) {
    for (let x = 900; x < 960; x += 1) picture.pixels[(y * 1920 + x) * 3] = 255;
  }
  for await (const look of looksOf(picture)) {
    let [sum, sumX, sumY] = [0, 0, 0];
    for (let at = 0; at < look.picture.width * look.picture.height; at += 1) {
      const red = look.picture.pixels[at * 3] ?? 0;
      sum += red;
      sumX += red * ((at % look.picture.width) + 0.5);
      sumY += red * (Math.floor(at / look.picture.width) + 0.5);
    }
    assert.ok(Math.abs((sumX / sum) * look.scaleX - 930) < 0.5);
    assert.ok(Math.abs((sumY / sum) * look.scaleY - 520) < 0.5);
  }
});
