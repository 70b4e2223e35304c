import { judgeWebhooks } from './judge-webhooks.ts';
import { runWebhookHistory } from './run-webhook-history.ts';

/** Runs the seeds 1 to `seeds`; returns the first that breaks a promise. */
export async function runWebhookSeeds(seeds: number) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const violations = judgeWebhooks(await runWebhookHistory(seed));
    if (violations.length > 0) return { seed, violations };
  }
  return undefined;
}
