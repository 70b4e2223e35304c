import type { WebhookTelemetry } from '../adapters/webhook-telemetry.ts';
import type { WebhooksTable } from '../adapters/webhooks-table.ts';
import type { Reason } from '../core/record/reason.ts';
import { failuresBeforePause, nextAttempt, pauseMsAfter } from '../core/webhook/retry.ts';
import type { Delivery, Webhook } from '../core/webhook/webhook.ts';
import type { AttemptDelivery } from './attempt-delivery.ts';

/** What becomes of a message. */
export type DeliveryOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'comes-back'; readonly delaySeconds: number }
  /** It belongs in the dead-letter queue. */
  | { readonly kind: 'parked'; readonly reason: Reason };

export type Deliver = ReturnType<typeof createDeliver>;

/** While one delivery tries a paused webhook; longer than an attempt takes. */
const claimedForMs = 60_000;

const paused: Reason = {
  code: 'WEBHOOK_PAUSED',
  message: 'The receiver keeps failing, so that nothing was sent to it for a while.',
};

/**
 * Delivers one event to one webhook. A webhook that keeps failing is paused: its deliveries come back without
 * an attempt, so that a dead receiver takes no time of others.
 */
export function createDeliver(deps: {
  readonly table: WebhooksTable;
  readonly attemptDelivery: AttemptDelivery;
  readonly telemetry: WebhookTelemetry;
  readonly now: () => number;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}) {
  const { table, attemptDelivery, telemetry, now, random } = deps;

  return async function deliver(
    webhook: Webhook,
    event: Delivery['event'],
    queuedAtMs: number,
  ): Promise<DeliveryOutcome> {
    const isTest = event.type === 'webhook.test';
    const pauseMs = isTest ? 0 : await pauseOf(webhook);
    if (pauseMs > 0) return afterFailure(queuedAtMs, paused, { pauseMs });
    const attempt = await attemptDelivery(webhook, event);
    // A test is one attempt, and changes nothing for the deliveries.
    if (isTest) return { kind: 'done' };
    switch (attempt.kind) {
      case 'delivered':
        if (webhook.failures > 0) await table.recover(webhook.webhookId);
        return { kind: 'done' };
      case 'refused':
        return { kind: 'parked', reason: attempt.reason };
      case 'failed': {
        const { reason, retryAfterSeconds } = attempt;
        const newPauseMs = await countFailure(webhook.webhookId);
        return afterFailure(queuedAtMs, reason, { pauseMs: newPauseMs, retryAfterSeconds });
      }
    }
  };

  /** How long nothing may be sent to a webhook; 0 for the one delivery that tries it after a pause. */
  async function pauseOf(webhook: Webhook): Promise<number> {
    if (webhook.failures < failuresBeforePause) return 0;
    const pauseMs = webhook.pausedUntilMs - now();
    if (pauseMs > 0) return pauseMs;
    return (await table.claimTry(webhook, now() + claimedForMs)) ? 0 : claimedForMs;
  }

  async function countFailure(webhookId: string): Promise<number> {
    const failures = (await table.countFailure(webhookId)) ?? 0;
    const pauseMs = pauseMsAfter(failures);
    if (pauseMs > 0) {
      await table.pauseUntil(webhookId, now() + pauseMs);
      telemetry.paused(webhookId, failures, pauseMs);
    }
    return pauseMs;
  }

  function afterFailure(
    queuedAtMs: number,
    reason: Reason,
    waits: { readonly pauseMs: number; readonly retryAfterSeconds?: number | undefined },
  ): DeliveryOutcome {
    const next = nextAttempt({ ageMs: now() - queuedAtMs, random: random(), ...waits });
    switch (next.kind) {
      case 'repeat':
        return { kind: 'comes-back', delaySeconds: next.delaySeconds };
      case 'give-up':
        return { kind: 'parked', reason };
    }
  }
}
