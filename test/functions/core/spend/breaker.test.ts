import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  afterRefusal,
  isOpen,
  probeIntervalMs,
  type Breaker,
} from '../../../../functions/core/spend/breaker.ts';

const minuteMs = 60_000;

/** The row after refusals at these minutes. */
function afterRefusals(...minutes: readonly number[]): Breaker {
  let row: Breaker | undefined;
  for (const minute of minutes) row = afterRefusal(row, minute * minuteMs);
  return row ?? assert.fail('There is no refusal.');
}

describe('the breaker', () => {
  test('opens when the endpoint has refused for an hour', () => {
    assert.equal(isOpen(afterRefusals(0, 15, 30, 45, 59)), false);
    assert.equal(isOpen(afterRefusals(0, 15, 30, 45, 60)), true);
  });

  test('does not open for two refusals that are hours apart', () => {
    assert.equal(isOpen(afterRefusals(0, 180)), false);
    assert.deepEqual(afterRefusals(0, 180), afterRefusals(180));
  });

  test('stays open, however rarely a probe is refused', () => {
    assert.equal(isOpen(afterRefusals(0, 15, 30, 45, 60, 600)), true);
  });

  test('lets the next probe through a quarter of an hour after a refusal', () => {
    assert.equal(afterRefusals(0, 20, 40, 60).probeAfter, 60 * minuteMs + probeIntervalMs);
    assert.equal(afterRefusals(0, 20).probeAfter, 0);
  });
});
