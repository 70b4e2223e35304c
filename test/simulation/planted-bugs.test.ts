import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { runSeedsOnThread } from './run-seeds-on-thread.ts';

/**
 * The first seeds that found the bugs which the fewest seeds find. They only save time: without them, the
 * others find every bug too.
 */
const likelySeeds = {
  endpoint: [703, 243, 182, 45, 28, 1165],
  'capped-endpoint': [268, 33, 90],
  'refusing-endpoint': [],
};

const seeds = { from: 1, to: 2000, step: 1 };

describe('the simulation finds out when', () => {
  for (const bug of plantedBugs) {
    test(bug.name, async (context) => {
      const { of = 'endpoint' } = bug;
      const { failure } = await runSeedsOnThread({ ...seeds, of, first: likelySeeds[of] }, { bug });

      assert(failure, `no seed of ${seeds.to} finds it`);
      await context.annotate(`seed ${failure.seed}: ${failure.violations[0]}`);
    });
  }
});
