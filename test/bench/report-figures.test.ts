import assert from 'node:assert/strict';
import { test } from 'vitest';
import { formatTarget, formatValue, verdictOf } from './report-figures.ts';

test('a value has three significant digits, and no fraction from a thousand on', () => {
  assert.deepEqual([0.012345, 1.2345, 999.4, 999.6, 1234.5, 1_234_567.8].map(formatValue), [
    '0.0123',
    '1.23',
    '999',
    '1,000',
    '1,235',
    '1,234,568',
  ]);
});

test('a target is met up to its bounds and missed beyond them', () => {
  const target = { atLeast: 1.8, atMost: 2.2 };
  const verdicts = [1.79, 1.8, 2.2, 2.21].map((value) =>
    verdictOf({ name: 'ratio', value, unit: '×', target }),
  );
  assert.deepEqual(verdicts, ['MISSED', 'met', 'met', 'MISSED']);
});

test('what could not be measured misses its target', () => {
  assert.equal(verdictOf({ name: 'ratio', value: NaN, unit: '×', target: { atMost: 2 } }), 'MISSED');
});

test('a figure without a target has no verdict', () => {
  assert.equal(verdictOf({ name: 'start', value: 50, unit: 'ms' }), '');
});

test('a target says on which side of it one must be', () => {
  const texts = [{ atMost: 2 }, { atLeast: 1.8 }, { atLeast: 1.8, atMost: 2.2 }].map((target) =>
    formatTarget({ name: 'ratio', value: 2, unit: '×', target }),
  );
  assert.deepEqual(texts, ['≤ 2', '≥ 1.8', '1.8–2.2']);
});
