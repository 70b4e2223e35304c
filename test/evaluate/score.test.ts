import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { PlateRead } from '../../functions/core/record/plate-read.ts';
import { createScore } from './score.ts';

const box = { x1: 0, y1: 0, x2: 100, y2: 0, x3: 100, y3: 20, x4: 0, y4: 20 };
const far = { x1: 500, y1: 0, x2: 600, y2: 0, x3: 600, y3: 20, x4: 500, y4: 20 };
const bytes = new Uint8Array();
const read = (plate: string, confidence: number, at = box): PlateRead => ({ plate, confidence, box: at });

test('a read counts as exact whatever its spaces, and as located where it overlaps the plate', () => {
  const score = createScore();
  score.add({ name: 'a', bytes, kind: 'long', plates: ['12 가 3456'], box }, [read('12가3456', 0.9)]);
  score.add({ name: 'b', bytes, kind: 'long', plates: ['34나5678'], box }, [read('34나5679', 0.9, far)]);
  const { exact, located, rightWhenSure } = score.result();
  assert.deepEqual(
    { exact, located, rightWhenSure },
    {
      exact: { right: 1, all: 2 },
      located: { right: 1, all: 2 },
      rightWhenSure: { right: 1, all: 2 },
    },
  );
});

test('a picture without a plate is a false read from a confidence of 0.5 on', () => {
  const score = createScore();
  score.add({ name: 'a', bytes, kind: 'no plate', plates: [] }, [read('12가3456', 0.49)]);
  score.add({ name: 'b', bytes, kind: 'no plate', plates: [] }, [read('12가3456', 0.5)]);
  assert.deepEqual(score.result().falseReads, { right: 1, all: 2 });
});

test('every plate of a picture counts, and only the first by its kind', () => {
  const score = createScore();
  const picture = { name: 'a', bytes, kind: 'long', plates: ['12가3456', '34나5678'] };
  score.add(picture, [read('34나5678', 0.7)]);
  const { exact, exactByKind } = score.result();
  assert.deepEqual(exact, { right: 1, all: 2 });
  assert.deepEqual([...exactByKind], [['long', { right: 0, all: 1 }]]);
});
