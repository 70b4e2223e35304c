import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { createTokenBucket } from '../../../cli/aws/token-bucket.ts';

/** A clock that advances only by sleeping. */
function createClock(startMs: number) {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

describe('a token bucket', () => {
  test('grants exactly its rate from the first token', async () => {
    const clock = createClock(5000);
    const tokens = createTokenBucket({ perSecond: 40, ...clock });
    for (let batch = 0; batch < 100; batch += 1) await tokens.take(10);
    assert.equal(clock.now(), 5000 + (100 * 10 * 1000) / 40);
  });

  test('never exceeds its rate, even if a token takes a fraction of a millisecond', async () => {
    const clock = createClock(0);
    const tokens = createTokenBucket({ perSecond: 7, ...clock });
    for (let taken = 1; taken <= 700; taken += 1) {
      await tokens.take(1);
      assert.ok(taken <= (clock.now() / 1000) * 7 + 1e-6, `${taken} after ${clock.now()} ms`);
    }
    assert.ok(clock.now() <= 100_001);
  });

  test('catches up after a pause of the caller', async () => {
    const clock = createClock(0);
    const tokens = createTokenBucket({ perSecond: 10, ...clock });
    await tokens.take(5);
    await clock.sleep(500);
    await tokens.take(5);
    assert.equal(clock.now(), 1000);
  });

  test('saves the tokens of at most one second', async () => {
    const clock = createClock(0);
    const tokens = createTokenBucket({ perSecond: 10, ...clock });
    await clock.sleep(60_000);
    await tokens.take(10);
    assert.equal(clock.now(), 60_000);
    await tokens.take(10);
    assert.equal(clock.now(), 61_000);
  });

  test('sleeps again if a sleep ends early', async () => {
    const clock = createClock(0);
    const tokens = createTokenBucket({
      perSecond: 1,
      now: clock.now,
      sleep: (ms) => clock.sleep(Math.ceil(ms / 2)),
    });
    await tokens.take(1);
    assert.equal(clock.now(), 1000);
  });
});
