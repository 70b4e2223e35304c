import assert from 'node:assert/strict';
import { test } from 'vitest';
import { peaksOf, withoutDuplicates, type LocatedPlate } from '../../../functions/plate-reader/find-peaks.ts';
import { drawMaps, rectangle } from './fake-networks.ts';

test('a peak is a cell that none within two cells exceeds, with its corners counted from its middle', () => {
  const maps = drawMaps(160, 96, [
    { column: 5, row: 4, score: 0.9, corners: rectangle(20, 20, 60, 40), twoRows: 0.8 },
    { column: 6, row: 4, score: 0.7, corners: rectangle(0, 0, 1, 1), twoRows: 0 },
    { column: 19, row: 11, score: 0.5, corners: rectangle(140, 80, 160, 96), twoRows: 0 },
    { column: 12, row: 4, score: 0.1, corners: rectangle(0, 0, 1, 1), twoRows: 0 },
  ]);
  const peaks = peaksOf(maps, 0.3);
  assert.deepEqual(
    peaks.map(({ score }) => Math.round(score * 10)),
    [9, 5],
  );
  assert.deepEqual(peaks[0]?.corners, rectangle(20, 20, 60, 40));
  assert.equal(Math.round(peaks[0].twoRowsProbability * 10), 8);
  assert.deepEqual(peaks[1]?.corners, rectangle(140, 80, 160, 96));
});

test('of located plates that overlap the best stays, and plates side by side stay both', () => {
  const plate = (score: number, left: number): LocatedPlate => ({
    score,
    corners: rectangle(left, 0, left + 100, 20),
    twoRowsProbability: 0,
  });
  assert.deepEqual(withoutDuplicates([plate(0.5, 10), plate(0.9, 0), plate(0.4, 90)]), [
    plate(0.9, 0),
    plate(0.4, 90),
  ]);
});
