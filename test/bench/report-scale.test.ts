import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { test } from 'vitest';
import { createScale } from './report-scale.ts';

test('a linear scale begins at zero, so that lengths compare', () => {
  const { ticks, place } = createScale('linear', [40, 83]);
  assert.deepEqual(ticks, [0, 20, 40, 60, 80, 100]);
  assert.equal(place(50), 0.5);
});

test('on a logarithmic scale the same ratio is the same distance', () => {
  const { ticks, place } = createScale('logarithmic', [25, 160]);
  assert.deepEqual(ticks, [20, 50, 100, 200]);
  assert.ok(Math.abs(place(80) - place(40) - (place(160) - place(80))) < 1e-9);
});

test('over many decades a logarithmic scale names the powers of ten alone', () => {
  assert.deepEqual(
    createScale('logarithmic', [1000, 100_000_000]).ticks,
    [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9],
  );
});

test('every value has its place between the ends of its axis', () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(fc.constantFrom('linear' as const, 'logarithmic' as const), values, (kind, drawn) => {
      const { place, ticks } = createScale(kind, drawn);
      for (const value of drawn) {
        assert.ok(place(value) >= -1e-9 && place(value) <= 1 + 1e-9, `${value} is at ${place(value)}`);
      }
      assert.ok(ticks.length >= 2 && ticks.length <= 20, `${ticks.length} ticks`);
    }),
    { seed: 1 },
  );
});

test('what a scale cannot show is refused', () => {
  assert.throws(() => createScale('logarithmic', [0, 1]), RangeError);
  assert.throws(() => createScale('linear', [1, NaN]), RangeError);
  assert.throws(() => createScale('linear', []), RangeError);
});
