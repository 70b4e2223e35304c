import { describeHistory } from './history.ts';
import { judge } from './oracle.ts';
import { runHistory } from './run-history.ts';
import { addHistory, type Tally } from './tally.ts';

export type Seeds = {
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
  { from, to, step }: Seeds,
  progress: (seedsDone: number) => void = () => undefined,
): Promise<SeedsResult> {
  const tally: Tally = new Map();
  let seeds = 0;
  for (let seed = from; seed <= to; seed += step) {
    const history = await runHistory(seed);
    seeds++;
    addHistory(tally, history);
    const violations = judge(history);
    if (violations.length > 0) {
      return { seeds, tally, failure: { seed, violations, history: describeHistory(history) } };
    }
    progress(seeds);
  }
  return { seeds, tally };
}
