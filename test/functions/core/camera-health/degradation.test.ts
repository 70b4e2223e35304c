import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  advanceHealth,
  lastJudgeableHour,
  unknownHealth,
  type HealthState,
} from '../../../../functions/core/camera-health/degradation.ts';
import { hourMs, type HourCounts } from '../../../../functions/core/camera-health/hours.ts';
import { createEventBuilder } from '../../../../functions/core/event/build-event.ts';
import { parseSiteSettings } from '../../../../functions/core/visit/site-settings.ts';

const parsed = parseSiteSettings({});
assert.equal(parsed.kind, 'settings');
const { settings } = parsed;
const events = createEventBuilder('prod', { kind: 'plain' });
/** 20:00 in Korea. */
const evening = Date.parse('2026-11-22T11:00:00.000Z') / hourMs;
const counts = (reads: number, misses: number): HourCounts => ({
  reads,
  noPlates: Math.floor(misses / 2),
  unreadable: Math.ceil(misses / 2),
});

/** A week in which each hour had these counts, and then others, from the evening on. */
const hoursOf = (usual: (hour: number) => HourCounts, ...then: readonly HourCounts[]) =>
  new Map([
    ...Array.from({ length: 8 * 24 }, (_, ago) => [evening - 1 - ago, usual(evening - 1 - ago)] as const),
    ...then.map((each, index) => [evening + index, each] as const),
  ]);
/** The events after each hour, with grace; a number for those of the hour. */
const judged = (hours: ReadonlyMap<number, HourCounts>, count: number) => {
  let state: HealthState = unknownHealth;
  return Array.from({ length: count }, (_, index) => {
    const nowMs = (evening + index + 1) * hourMs + 600_000;
    state = advanceHealth({ ...state, unpublished: [] }, new Map([['gate', hours]]), settings, events, nowMs);
    return state.unpublished.length;
  });
};
const after = (usual: HourCounts, ...then: readonly HourCounts[]) =>
  judged(
    hoursOf(() => usual, ...then),
    then.length,
  );

describe('a camera', () => {
  test('is degraded in an hour in which far more pictures than usual have no read plate', () => {
    assert.deepEqual(after(counts(38, 2), counts(10, 30)), [1]);
    assert.deepEqual(after(counts(38, 2), counts(36, 4)), [0]);
  });

  test('is reported at the beginning, and again only after it was as usual', () => {
    const [good, bad] = [counts(38, 2), counts(10, 30)];
    assert.deepEqual(after(good, bad, bad, bad, good, bad), [1, 0, 0, 0, 1]);
  });

  test('that misses many plates as usual is not degraded', () => {
    assert.deepEqual(after(counts(20, 20), counts(16, 24)), [0]);
  });

  test('is compared with the same hours of the days before, since lamps glare at night', () => {
    const isEvening = (hour: number) => (((hour - evening) % 24) + 24) % 24 < 4;
    const glaring = hoursOf((hour) => (isEvening(hour) ? counts(15, 25) : counts(40, 0)), counts(13, 27));
    assert.deepEqual(judged(glaring, 1), [0]);
  });

  test('with few pictures an hour is judged by the last hours together', () => {
    const [good, bad] = [counts(7, 1), counts(0, 8)];
    assert.deepEqual(after(good, bad, bad, bad, bad), [0, 0, 1, 0]);
  });

  test('is not judged by a single car, nor before its usual share is known', () => {
    assert.deepEqual(after(counts(1, 0), counts(0, 8)), [0]);
    const twoDays = hoursOf((hour) => (hour < evening - 48 ? counts(0, 0) : counts(90, 0)), counts(0, 90));
    assert.deepEqual(judged(twoDays, 1), [0]);
  });

  test('of a hundred is reported by chance about once a year at most', () => {
    // The least counts of each size that are reported, and how likely they are; a car has two pictures.
    const logOf = (n: number): number => (n < 2 ? 0 : Math.log(n) + logOf(n - 1));
    const chance = (least: number, n: number, p: number) =>
      Array.from({ length: n - least + 1 }, (_, index) => least + index)
        .map((k) =>
          Math.exp(logOf(n) - logOf(k) - logOf(n - k) + k * Math.log(p) + (n - k) * Math.log(1 - p)),
        )
        .reduce((sum, each) => sum + each, 0);
    for (const n of [20, 40, 200]) {
      const least = Array.from({ length: n }, (_, misses) => misses + 1).find(
        (misses) => after(counts(95, 5), counts(n - misses, misses))[0] === 1,
      );
      assert.ok(least !== undefined && chance(Math.floor(least / 2), n / 2, 0.05) < 2e-6, `${least} of ${n}`);
    }
  });
});

test('hours that the clock missed are judged later, each on its own, six at most', () => {
  const [good, bad] = [counts(38, 2), counts(10, 30)];
  const hours = hoursOf(() => good, bad, good, bad, good);
  const nowMs = (evening + 4) * hourMs + 600_000;
  const cameras = new Map([['gate', hours]]);
  const before: HealthState = { ...unknownHealth, judgedHour: evening - 20 };
  const { unpublished, judgedHour } = advanceHealth(before, cameras, settings, events, nowMs);
  assert.equal(unpublished.length, 2);
  assert.equal(judgedHour, evening + 3);
  assert.equal(lastJudgeableHour(nowMs - 1), evening + 2);
});
