import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { plantedEventBugs } from './planted-event-bugs.ts';
import { runEventSeeds } from './run-event-seeds.ts';

describe('visits and events', () => {
  test('keep every promise in 150 random histories of repeated, late and reordered records', async () => {
    const { seed, violations } = await runEventSeeds(1, 150);
    assert.deepEqual(violations, [], `seed ${seed}`);
  });
});

describe('the simulation of visits and events finds out when', () => {
  for (const bug of plantedEventBugs) {
    test(bug.name, async (context) => {
      const { seed, violations } = await runEventSeeds(1, 600, bug);
      assert.notDeepEqual(violations, [], 'no seed of 600 finds it');
      await context.annotate(`seed ${seed}: ${violations[0] ?? ''}`);
    });
  }
});
