import assert from 'node:assert/strict';
import { test } from 'vitest';
import { bestOf, type PlateRead } from '../../../../functions/core/record/plate-read.ts';

const box = { x1: 0, y1: 0, x2: 9, y2: 0, x3: 9, y3: 9, x4: 0, y4: 9 };

function plateRead(plate: string, confidence: number): PlateRead {
  return { plate, confidence, box };
}

test('the best read is the one with the highest confidence, wherever it stands', () => {
  const best = plateRead('12나3456', 0.97);
  assert.equal(bestOf([plateRead('1', 0.4), best, plateRead('3', 0.9)]), best);
});

test('of two equal reads the first of the vendor is the best', () => {
  const first = plateRead('12가3456', 0.9);
  assert.equal(bestOf([first, plateRead('12나3456', 0.9)]), first);
});

test('an only read is the best, however unsure', () => {
  const only = plateRead('12가3456', 0);
  assert.equal(bestOf([only]), only);
});
