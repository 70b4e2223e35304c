import { loadSimulation } from './seed-history.ts';
import type { Simulation } from './simulations.ts';
import type { Tally } from './tally.ts';

export type Seeds = {
  /** That of pictures which an endpoint reads, unless given. */
  readonly of?: Simulation;
  /** Run before the others, in this order. */
  readonly first?: readonly number[];
  readonly from: number;
  /** The last one. */
  readonly to: number;
  /** Every one, or every second, … */
  readonly step: number;
};

export type SeedsResult = {
  /** How many were run. */
  readonly seeds: number;
  readonly tally: Tally;
  /** The first whose history breaks a promise; none is run after it. */
  readonly failure?: {
    readonly seed: number;
    readonly violations: readonly string[];
    /** As lines for people. */
    readonly history: string;
  };
};

/** Runs and judges one history for each seed. */
export async function runSeeds(
  wanted: Seeds,
  progress: (seedsDone: number) => void = () => undefined,
): Promise<SeedsResult> {
  const runSeed = await loadSimulation(wanted.of ?? 'endpoint');
  const tally: Tally = new Map();
  let seeds = 0;
  for (const seed of seedsOf(wanted)) {
    const { violations, describe } = await runSeed(seed, tally);
    seeds++;
    if (violations.length > 0) return { seeds, tally, failure: { seed, violations, history: describe() } };
    progress(seeds);
  }
  return { seeds, tally };
}

function* seedsOf({ first = [], from, to, step }: Seeds): Generator<number> {
  yield* first;
  for (let seed = from; seed <= to; seed += step) yield seed;
}
