import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  timesAfter,
  timesWhenDue,
  type CameraTimes,
} from '../../../../functions/core/camera-health/silence.ts';

const startMs = Date.parse('2026-11-22T00:00:00.000Z');
const minuteMs = 60_000;
const at = (minute: number) => new Date(startMs + minute * minuteMs).toISOString();
const msAt = (minute: number) => startMs + minute * minuteMs;
/** Silent after 100 minutes, which is announced after 110. */
const rule = { silentMs: 100 * minuteMs, isListed: true };

const afterPictures = (...minutes: readonly number[]) => {
  let times: CameraTimes | undefined;
  for (const minute of minutes) times = timesAfter(times, at(minute), rule, msAt(minute)) ?? times;
  assert.ok(times);
  return times;
};

describe('a camera', () => {
  test('is silent once no picture has come for the time of its rule, and a tenth more', () => {
    const times = afterPictures(0);
    assert.equal(timesWhenDue('gate', times, at(0), rule, msAt(109.9)), undefined);
    const due = timesWhenDue('gate', times, at(0), rule, msAt(110));
    assert.deepEqual(due?.silence, { camera: 'gate', lastPictureAt: at(0), silentMs: rule.silentMs });
  });

  test('is announced once for each silence; the next picture ends it', () => {
    const silent = timesWhenDue('gate', afterPictures(0), at(0), rule, msAt(110))?.times;
    assert.ok(silent);
    assert.equal(timesWhenDue('gate', silent, at(0), rule, msAt(1000)), undefined);
    assert.equal(timesAfter(silent, at(0), rule, msAt(1000)), undefined);
    const back = timesAfter(silent, at(1000), rule, msAt(1000));
    assert.ok(back);
    assert.equal(timesWhenDue('gate', back, at(1000), rule, msAt(1110))?.silence?.lastPictureAt, at(1000));
  });

  test('is not silent while its pictures wait for the endpoint', () => {
    const due = timesWhenDue('gate', afterPictures(0), at(60), rule, msAt(110));
    assert.deepEqual(due, { times: { firstAt: at(0), lastAt: at(60), dueAtMs: msAt(170) } });
  });

  test('is written for few of its pictures, and not written in the index for any of them', () => {
    let times = afterPictures(0);
    let writes = 0;
    for (let minute = 1; minute <= 109; minute += 1) {
      const next = timesAfter(times, at(minute), rule, msAt(minute));
      if (!next) continue;
      writes += 1;
      assert.equal(next.dueAtMs, times.dueAtMs);
      times = next;
    }
    assert.ok(writes <= 10, String(writes));
  });

  test('that no site has is missed only if it has sent pictures for as long as its silence', () => {
    const unlisted = { ...rule, isListed: false };
    const tried = timesWhenDue('test', afterPictures(0, 50), undefined, unlisted, msAt(160));
    assert.equal(tried?.silence, undefined);
    assert.equal(tried?.times.dueAtMs, undefined);
    const known = timesWhenDue('test', afterPictures(0, 50, 100), undefined, unlisted, msAt(210));
    assert.equal(known?.silence?.lastPictureAt, at(100));
  });

  test('that a backfill reads from the past is not missed', () => {
    assert.equal(timesAfter(undefined, at(0), rule, msAt(10_000)), undefined);
  });

  test('is never silent where its rule says so, even if it was due before', () => {
    const never = { ...rule, silentMs: 0 };
    assert.equal(timesAfter(undefined, at(0), never, msAt(0)), undefined);
    const due = timesWhenDue('gate', afterPictures(0), at(0), never, msAt(110));
    assert.deepEqual(due, { times: { firstAt: at(0), lastAt: at(0) } });
  });

  test('keeps its latest picture up to a tenth of the silence, in whatever order records come and repeat', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(90), { minLength: 1, maxLength: 20 }), (minutes) => {
        let times: CameraTimes | undefined;
        for (const minute of minutes) {
          const next = timesAfter(times, at(minute), rule, msAt(90)) ?? times;
          assert.ok(!times || (next && next.lastAt >= times.lastAt));
          times = next;
        }
        assert.ok(times);
        assert.ok(Date.parse(times.lastAt) > msAt(Math.max(...minutes)) - rule.silentMs / 10);
      }),
    );
  });
});
