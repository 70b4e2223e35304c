import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  callPeriodOf,
  heldByCap,
  longestHoldSeconds,
  noCap,
} from '../../../../functions/core/spend/call-cap.ts';

const at = (time: string) => Date.parse(time);

describe('a call counts', () => {
  test('for the calendar day and month in Korea', () => {
    assert.deepEqual(callPeriodOf(at('2026-11-30T14:59:59.999Z')), { day: '2026-11-30', month: '2026-11' });
    assert.deepEqual(callPeriodOf(at('2026-11-30T15:00:00.000Z')), { day: '2026-12-01', month: '2026-12' });
  });
});

describe('a picture that meets a cap', () => {
  const caps = { perDay: 100, perMonth: 1000 };

  test('of the day says so, and names the parameter that lets it go', () => {
    const held = heldByCap({ ofDay: 100, ofMonth: 400 }, caps, at('2026-11-22T08:00:00.000Z'));
    assert.equal(held.reason.code, 'CALL_CAP_OF_DAY');
    assert.match(held.reason.message, /^The day's 100 calls .* callCapPerDay is raised\.$/);
  });

  test('of the month says so, even where the day has reached its own', () => {
    const held = heldByCap({ ofDay: 100, ofMonth: 1000 }, caps, at('2026-11-22T08:00:00.000Z'));
    assert.equal(held.reason.code, 'CALL_CAP_OF_MONTH');
    assert.match(held.reason.message, /callCapPerMonth/);
  });

  test('is tried again within the hour, since somebody can raise the cap', () => {
    const held = heldByCap({ ofDay: 100, ofMonth: 100 }, caps, at('2026-11-22T08:00:00.000Z'));
    assert.equal(held.retryAfterSeconds, longestHoldSeconds);
  });

  test('is tried again as soon as the day in Korea ends', () => {
    const held = heldByCap({ ofDay: 100, ofMonth: 100 }, caps, at('2026-11-22T14:50:00.000Z'));
    assert.equal(held.retryAfterSeconds, 600);
  });

  test('of the month is tried again as soon as the month ends, the last of a year included', () => {
    const onlyMonth = { perDay: noCap, perMonth: 1000 };
    const held = (time: string) =>
      heldByCap({ ofDay: 9, ofMonth: 1000 }, onlyMonth, at(time)).retryAfterSeconds;
    assert.equal(held('2026-11-22T14:50:00.000Z'), longestHoldSeconds);
    assert.equal(held('2026-12-31T14:59:59.500Z'), 1);
  });
});
