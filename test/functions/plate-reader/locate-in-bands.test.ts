import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { DecodedPicture } from '../../../functions/plate-reader/decode-picture.ts';
import { locateInBands } from '../../../functions/plate-reader/locate-in-bands.ts';
import { drawMaps } from './fake-networks.ts';

/** Maps that say of each cell where it lies, and of its second corner map the same and a half. */
function mapsOf({ pixels, width, height }: DecodedPicture) {
  const maps = drawMaps(width, height, []);
  const cells = maps.columns * maps.rows;
  for (let cell = 0; cell < cells; cell += 1) {
    const row = Math.floor(cell / maps.columns);
    const red = pixels[(row * 8 * width + (cell % maps.columns) * 8) * 3] ?? 0;
    maps.scores[cell] = red;
    maps.corners[cells + cell] = red + 0.5;
    maps.refinements[7 * cells + cell] = red + 0.25;
    maps.twoRows[cell] = red;
  }
  return maps;
}

function drawRows(width: number, height: number): DecodedPicture {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) pixels.fill(Math.floor(y / 8), y * width * 3, (y + 1) * width * 3);
  return { pixels, width, height };
}

describe('bands give the maps of the whole picture', () => {
  for (const [width, height] of [
    [1280, 736],
    [1920, 1088],
    [1920, 1440],
    [1920, 1920],
    [640, 1920],
    [320, 320],
  ] as const) {
    test(`${width}×${height}`, async () => {
      const picture = drawRows(width, height);
      const bands: DecodedPicture[] = [];
      const maps = await locateInBands(picture, (band) => {
        bands.push(band);
        return Promise.resolve(mapsOf(band));
      });
      assert.deepEqual(maps, mapsOf(picture));
      for (const band of bands) {
        assert.ok(band.width * band.height <= 950_000 && band.height % 32 === 0);
        assert.equal(band.height, bands[0]?.height);
      }
    });
  }
});
