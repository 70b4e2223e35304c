import assert from 'node:assert/strict';
import { test } from 'vitest';
import { estimateMonth, groupUsage, totalOf, type Counts } from '../../../cli/usage/usage-summary.ts';

const none = {
  pictures: 0,
  reads: 0,
  noPlates: 0,
  unreadable: 0,
  rejected: 0,
  gone: 0,
  unavailable: 0,
  calls: 0,
  capturedAtFaults: 0,
  keysNotMatched: 0,
};
const counts = (some: Partial<Counts>): Counts => ({ ...none, ...some });

const items = [
  { day: '2026-11-02', camera: 'gate', counts: counts({ pictures: 4, calls: 5 }) },
  { day: '2026-11-01', camera: 'road', counts: counts({ pictures: 2, noPlates: 2 }) },
  { day: '2026-11-01', camera: 'gate', counts: counts({ pictures: 1, reads: 1, calls: 1 }) },
];

test('usage is in the order of day and camera', () => {
  assert.deepEqual(groupUsage(items, 'day-and-camera'), [items[2], items[1], items[0]]);
});

test('usage by day sums over the cameras', () => {
  assert.deepEqual(groupUsage(items, 'day'), [
    { day: '2026-11-01', counts: counts({ pictures: 3, reads: 1, noPlates: 2, calls: 1 }) },
    { day: '2026-11-02', counts: counts({ pictures: 4, calls: 5 }) },
  ]);
});

test('usage by camera sums over the days', () => {
  assert.deepEqual(groupUsage(items, 'camera'), [
    { camera: 'gate', counts: counts({ pictures: 5, reads: 1, calls: 6 }) },
    { camera: 'road', counts: counts({ pictures: 2, noPlates: 2 }) },
  ]);
});

test('a total has every count', () => {
  assert.deepEqual(totalOf(items), counts({ pictures: 7, reads: 1, noPlates: 2, calls: 6 }));
  assert.deepEqual(totalOf([]), none);
});

test('a month is estimated linearly from its beginning', () => {
  assert.deepEqual(
    estimateMonth(
      counts({ pictures: 100, reads: 1, calls: 200 }),
      '2026-11',
      Date.parse('2026-11-08T12:00:00+09:00'),
    ),
    { daysPassed: 7.5, daysInMonth: 30, counts: counts({ pictures: 400, reads: 4, calls: 800 }) },
  );
});

test('the first day of a month is too short for an estimate', () => {
  const soFar = counts({ pictures: 100 });
  assert.equal(estimateMonth(soFar, '2026-11', Date.parse('2026-11-01T23:59:59+09:00')), undefined);
  assert.ok(estimateMonth(soFar, '2026-11', Date.parse('2026-11-02T00:00:00+09:00')));
});

test('a past month has no estimate', () => {
  const nowMs = Date.parse('2026-12-01T00:00:00+09:00');
  assert.equal(estimateMonth(counts({ pictures: 100 }), '2026-11', nowMs), undefined);
});
