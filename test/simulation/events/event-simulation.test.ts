import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { plantedEventBugs } from './planted-event-bugs.ts';
import { runSeedsOnThread } from '../run-seeds-on-thread.ts';

describe('visits and events', () => {
  test('keep every promise in 150 random histories of repeated, late and reordered records', async () => {
    const { failure } = await runSeedsOnThread({ of: 'events', from: 1, to: 150, step: 1 });
    assert.equal(failure, undefined, `npm run simulate -- --of events --seed ${failure?.seed} shows it`);
  });
});

describe('the simulation of visits and events finds out when', () => {
  for (const bug of plantedEventBugs) {
    test(bug.name, async (context) => {
      const { failure } = await runSeedsOnThread({ of: 'events', from: 1, to: 600, step: 1 }, { bug });
      assert(failure, 'no seed of 600 finds it');
      await context.annotate(`seed ${failure.seed}: ${failure.violations[0]}`);
    });
  }
});
