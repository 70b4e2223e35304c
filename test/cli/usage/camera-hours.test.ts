import assert from 'node:assert/strict';
import { test } from 'vitest';
import { hoursOf, mayGlare, missSharesOf } from '../../../cli/usage/camera-hours.ts';
import type { UsageIncrement } from '../../../functions/core/record/usage.ts';
import { totalOf } from '../../../cli/usage/usage-summary.ts';

const ofDay = (day: string, hours: Readonly<Record<string, number>>): UsageIncrement => ({
  day,
  camera: 'gate',
  counts: totalOf([]),
  hours,
});

test('the hours of several days are summed; a day before hours were counted adds nothing', () => {
  const old: UsageIncrement = { day: '2026-11-01', camera: 'gate', counts: totalOf([]) };
  const hours = hoursOf([
    old,
    ofDay('2026-11-02', { reads00: 1, noPlates23: 2 }),
    ofDay('2026-11-03', { reads00: 4, unreadable23: 1 }),
  ]);
  assert.equal(hours.length, 24);
  assert.deepEqual(hours[0], { reads: 5, noPlates: 0, unreadable: 0 });
  assert.deepEqual(hours[23], { reads: 0, noPlates: 2, unreadable: 1 });
});

test('a camera that misses much more at night than by day may have a lamp that glares', () => {
  const shares = (hours: Readonly<Record<string, number>>) =>
    missSharesOf(hoursOf([ofDay('2026-11-02', hours)]));
  const glaring = shares({ reads12: 95, noPlates12: 5, reads22: 60, noPlates22: 20, unreadable06: 20 });
  assert.deepEqual(glaring, { day: 0.05, night: 0.4 });
  assert.equal(mayGlare(glaring), true);
  assert.equal(mayGlare(shares({ reads12: 60, noPlates12: 40, reads22: 60, noPlates22: 40 })), false);
  assert.equal(mayGlare(shares({ reads12: 99, noPlates12: 1, reads22: 97, noPlates22: 3 })), false);
});

test('nothing is said of few pictures', () => {
  const few = missSharesOf(hoursOf([ofDay('2026-11-02', { reads12: 95, noPlates22: 19 })]));
  assert.deepEqual(few, { day: 0, night: undefined });
  assert.equal(mayGlare(few), false);
});
