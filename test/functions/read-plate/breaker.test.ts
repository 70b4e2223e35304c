import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { BreakerStore } from '../../../functions/adapters/breaker-store.ts';
import { probeIntervalMs, type Breaker } from '../../../functions/core/spend/breaker.ts';
import { createCallBreaker } from '../../../functions/read-plate/breaker.ts';

const minuteMs = 60_000;

/** Sandboxes that share one row of refusals and one clock. */
function createSandboxes() {
  let row: Breaker | undefined;
  let nowMs = 0;
  let reads = 0;
  const store: BreakerStore = {
    read() {
      reads += 1;
      return Promise.resolve(row);
    },
    replace(before, after) {
      const isKnown = JSON.stringify(before) === JSON.stringify(row);
      if (isKnown) row = after;
      return Promise.resolve(isKnown);
    },
  };
  return {
    newSandbox: () => createCallBreaker({ store, now: () => nowMs }),
    setMinutes: (minutes: number) => (nowMs = minutes * minuteMs),
    reads: () => reads,
    row: () => row,
  };
}

/** Sandboxes at the end of an hour in which the endpoint refused everything. */
async function afterAnHour() {
  const sandboxes = createSandboxes();
  const sandbox = sandboxes.newSandbox();
  for (const minutes of [0, 15, 30, 45, 60]) {
    sandboxes.setMinutes(minutes);
    await sandbox.refused();
  }
  return { ...sandboxes, sandbox };
}

describe('an endpoint that answers', () => {
  test('costs one read a minute in each sandbox, and no write', async () => {
    const { newSandbox, setMinutes, reads, row } = createSandboxes();
    const sandbox = newSandbox();
    for (let picture = 0; picture < 10; picture++) {
      assert.equal(await sandbox.enter(), undefined);
      await sandbox.answered();
    }
    assert.deepEqual([reads(), row()], [1, undefined]);
    setMinutes(1);
    await sandbox.enter();
    assert.equal(reads(), 2);
  });

  test('ends a row of refusals with its first answer', async () => {
    const { newSandbox, row } = createSandboxes();
    const sandbox = newSandbox();
    await sandbox.refused();
    assert.notEqual(row(), undefined);
    await sandbox.answered();
    assert.equal(row(), undefined);
  });
});

describe('an endpoint that refuses', () => {
  test('for less than an hour holds no picture', async () => {
    const { newSandbox, setMinutes } = createSandboxes();
    const sandbox = newSandbox();
    for (const minutes of [0, 20, 40, 59]) {
      setMinutes(minutes);
      assert.equal(await sandbox.enter(), undefined);
      assert.equal(await sandbox.refused(), undefined);
    }
  });

  test('for an hour holds every picture, in sandboxes that asked nothing too', async () => {
    const { newSandbox, sandbox } = await afterAnHour();
    for (const each of [sandbox, newSandbox()]) {
      assert.equal((await each.enter())?.reason.code, 'BREAKER_OPEN');
    }
  });

  test('is probed by one of many pictures in each interval', async () => {
    const { newSandbox, setMinutes } = await afterAnHour();
    for (const probe of [1, 2, 3]) {
      setMinutes(60 + (probe * probeIntervalMs) / minuteMs);
      const sandboxes = Array.from({ length: 5 }, newSandbox);
      const entries = await Promise.all(
        sandboxes.flatMap((sandbox) => Array.from({ length: 10 }, () => sandbox.enter())),
      );
      assert.equal(entries.filter((held) => held === undefined).length, 1);
    }
  });

  test('lets everything through again after the first answer to a probe', async () => {
    const { newSandbox, setMinutes, sandbox } = await afterAnHour();
    setMinutes(75);
    assert.equal(await sandbox.enter(), undefined);
    await sandbox.answered();
    for (const each of [sandbox, newSandbox()]) assert.equal(await each.enter(), undefined);
  });

  test('holds the probe that it refuses, and probes again an interval later', async () => {
    const { setMinutes, sandbox } = await afterAnHour();
    setMinutes(75);
    assert.equal(await sandbox.enter(), undefined);
    assert.equal((await sandbox.refused())?.by, 'breaker');
    setMinutes(89);
    assert.equal((await sandbox.enter())?.by, 'breaker');
    setMinutes(90);
    assert.equal(await sandbox.enter(), undefined);
  });
});

test('a state that cannot be read holds no picture, and is read again for the next one', async () => {
  let isBroken = true;
  let reads = 0;
  const store: BreakerStore = {
    read() {
      reads += 1;
      return isBroken ? Promise.reject(new Error('Lost.')) : Promise.resolve(undefined);
    },
    replace: () => Promise.resolve(true),
  };
  const sandbox = createCallBreaker({ store, now: () => 0 });
  assert.equal(await sandbox.enter(), undefined);
  isBroken = false;
  assert.equal(await sandbox.enter(), undefined);
  assert.equal(reads, 2);
});

test('a probe whose claim gets no answer is not sent', async () => {
  const open = { refusedFrom: 0, refusedUntil: 60 * minuteMs, probeAfter: 0 };
  const store: BreakerStore = {
    read: () => Promise.resolve(open),
    replace: () => Promise.reject(new Error('Lost.')),
  };
  const sandbox = createCallBreaker({ store, now: () => 90 * minuteMs });
  assert.equal((await sandbox.enter())?.by, 'breaker');
});
