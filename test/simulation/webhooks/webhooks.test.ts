import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { PlantedBug } from '../plant-bug.ts';
import { runSeedsOnThread } from '../run-seeds-on-thread.ts';

const seeds = { of: 'webhooks', from: 1, to: 200, step: 1 } as const;

test('in two hundred histories each event reaches each webhook or its dead-letter queue', async () => {
  const { failure } = await runSeedsOnThread(seeds);
  assert.equal(failure, undefined, `npm run simulate -- --of webhooks --seed ${failure?.seed} shows it`);
});

const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a delivery that failed is acknowledged',
    file: 'deliver-webhook/batch.ts',
    find: "outcome.kind === 'comes-back' ? [{ message, delaySeconds: outcome.delaySeconds }] : []",
    replace:
      "outcome.kind === 'comes-back' && outcome.delaySeconds > 60 ? [{ message, delaySeconds: 1 }] : []",
  },
  {
    name: 'a delivery that is given up is not kept',
    file: 'deliver-webhook/batch.ts',
    find: "if (outcome.kind === 'parked') {",
    replace: "if (outcome.kind === 'parked' && outcome.reason.code === 'HTTP_410') {",
  },
  {
    name: 'an event whose deliveries were not queued is acknowledged',
    file: 'deliver-webhook/handle-message.ts',
    find: 'await deliveries.add(',
    replace: 'await ((...given) => deliveries.add(...given).catch(() => undefined))(',
  },
  {
    name: 'a message that fails for another reason than its receiver is acknowledged',
    file: 'deliver-webhook/batch.ts',
    find: "return { kind: 'comes-back', delaySeconds: troubledDelaySeconds };",
    replace: "return { kind: 'done' };",
  },
  {
    name: 'an error answer counts as delivered',
    file: 'core/webhook/judge-answer.ts',
    find: 'status >= 200 && status < 300',
    replace: 'status >= 200 && status < 400',
  },
  {
    name: 'every receiver is paused when one fails',
    file: 'deliver-webhook/batch.ts',
    find: 'const webhooks = await table.all();',
    replace:
      'const all = await table.all(); const worst = Math.max(...all.map((each) => each.failures)); const webhooks = all.map((each) => ({ ...each, failures: worst, pausedUntilMs: worst > 4 ? Infinity : 0 }));',
  },
  {
    name: 'a receiver that is down is never paused',
    file: 'core/webhook/retry.ts',
    find: 'if (failures < failuresBeforePause) return 0;',
    replace: 'if (failures >= 0) return 0;',
  },
  {
    name: 'a delivery is given up after one day',
    file: 'core/webhook/retry.ts',
    find: '3 * 24 * 3600 * 1000',
    replace: '1 * 24 * 3600 * 1000',
  },
  {
    name: 'a delivery is never given up',
    file: 'core/webhook/retry.ts',
    find: 'if (ageMs >= longestDeliveryMs)',
    replace: 'if (ageMs >= 2 * longestDeliveryMs)',
  },
  {
    name: 'the deliveries of a paused webhook are dropped',
    file: 'deliver-webhook/deliver.ts',
    find: 'if (pauseMs > 0) return afterFailure(queuedAtMs, paused, { pauseMs });',
    replace: "if (pauseMs > 0) return { kind: 'done' };",
  },
  {
    name: 'a webhook learns the matches of lists that it did not name',
    file: 'core/webhook/webhook.ts',
    find: "event.type !== 'list.matched' ||",
    replace: "event.type !== 'list.matched' || lists !== undefined ||",
  },
];

describe('the simulation finds out when', () => {
  for (const bug of plantedBugs) {
    test(bug.name, async (context) => {
      const { failure } = await runSeedsOnThread(seeds, { bug });
      assert(failure, 'no seed of 200 finds it');
      await context.annotate(`seed ${failure.seed}: ${failure.violations[0]}`);
    });
  }
});
