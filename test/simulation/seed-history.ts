import { describeHistory } from './history.ts';
import type { SimulatedReader } from './run-history.ts';
import type { Simulation } from './simulations.ts';
import { addHistory, type Tally } from './tally.ts';

/** The history of a seed, judged. */
type SeedHistory = {
  /** A sentence for each promise that it breaks. */
  readonly violations: readonly string[];
  /** As lines for people. */
  readonly describe: () => string;
};

type RunSeed = (seed: number, tally: Tally) => Promise<SeedHistory>;

/** Loads what runs and judges the histories of a simulation, and nothing of the others. */
export async function loadSimulation(simulation: Simulation): Promise<RunSeed> {
  switch (simulation) {
    case 'events': {
      const { runEventHistory } = await import('./events/run-event-history.ts');
      const { judgeEvents } = await import('./events/judge-events.ts');
      return judged(runEventHistory, judgeEvents);
    }
    case 'webhooks': {
      const { runWebhookHistory } = await import('./webhooks/run-webhook-history.ts');
      const { judgeWebhooks } = await import('./webhooks/judge-webhooks.ts');
      return judged(runWebhookHistory, judgeWebhooks);
    }
    case 'endpoint':
    case 'capped-endpoint':
    case 'refusing-endpoint':
    case 'builtin':
      return pictures(simulation);
  }
}

async function pictures(reader: SimulatedReader): Promise<RunSeed> {
  const { runHistory } = await import('./run-history.ts');
  const { judge } = await import('./oracle.ts');
  return async (seed, tally) => {
    const history = await runHistory(seed, undefined, reader);
    addHistory(tally, history);
    return { violations: judge(history), describe: () => describeHistory(history) };
  };
}

function judged<History>(
  run: (seed: number) => Promise<History>,
  judge: (history: History) => readonly string[],
): RunSeed {
  return async (seed) => {
    const history = await run(seed);
    return { violations: judge(history), describe: () => JSON.stringify(history, undefined, 2) };
  };
}
