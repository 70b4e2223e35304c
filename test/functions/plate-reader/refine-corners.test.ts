import assert from 'node:assert/strict';
import { test } from 'vitest';
import { refineCorners } from '../../../functions/plate-reader/refine-corners.ts';
import { drawMaps, rectangle } from './fake-networks.ts';

/** Maps whose cells all see their corners here, in pixels. */
function drawRefinements(corners: ReturnType<typeof rectangle>) {
  const maps = drawMaps(320, 160, []);
  const cells = maps.columns * maps.rows;
  for (const [index, { x, y }] of corners.entries()) {
    for (let cell = 0; cell < cells; cell += 1) {
      maps.refinements[2 * index * cells + cell] = x - ((cell % maps.columns) + 0.5) * 8;
      maps.refinements[(2 * index + 1) * cells + cell] = y - (Math.floor(cell / maps.columns) + 0.5) * 8;
    }
  }
  return maps;
}

test('each corner moves to where the cell at it sees it', () => {
  const seen = rectangle(45, 42, 199, 83);
  assert.deepEqual(refineCorners(rectangle(50, 40, 190, 80), drawRefinements(seen)), seen);
});

test('a corner that would move far stays, the others do not', () => {
  const seen = rectangle(45, 42, 199, 83);
  const [, ...others] = seen;
  const [first] = rectangle(50, 40, 190, 80);
  const maps = drawRefinements([{ x: 100, y: 42 }, ...others]);
  assert.deepEqual(refineCorners(rectangle(50, 40, 190, 80), maps), [first, ...others]);
});

test('a corner outside the picture is seen by the nearest cell', () => {
  const seen = rectangle(-4, -4, 322, 100);
  assert.deepEqual(refineCorners(rectangle(-10, -12, 330, 99), drawRefinements(seen)), seen);
});
