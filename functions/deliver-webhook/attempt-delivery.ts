import type { WebhookDestinations } from '../adapters/webhook-destinations.ts';
import type { WebhookSender } from '../adapters/webhook-sender.ts';
import type { WebhookTelemetry } from '../adapters/webhook-telemetry.ts';
import type { WebhooksTable } from '../adapters/webhooks-table.ts';
import { parseRetryAfter } from '../core/message/retry-delay.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import { bodyOf } from '../core/webhook/body.ts';
import type { AttemptLog } from '../core/webhook/delivery-log.ts';
import { judgeAnswer } from '../core/webhook/judge-answer.ts';
import type { Delivery, Webhook } from '../core/webhook/webhook.ts';

type Attempt =
  | { readonly kind: 'delivered' }
  /** It may pass. */
  | { readonly kind: 'failed'; readonly reason: Reason; readonly retryAfterSeconds?: number | undefined }
  /** It stays. */
  | { readonly kind: 'refused'; readonly reason: Reason };

export type AttemptDelivery = ReturnType<typeof createAttemptDelivery>;

/** Sends one event to one webhook once, and logs what came of it. */
export function createAttemptDelivery(deps: {
  readonly table: WebhooksTable;
  readonly destinations: WebhookDestinations;
  readonly sender: WebhookSender;
  readonly telemetry: WebhookTelemetry;
  readonly now: () => number;
}) {
  const { table, destinations, sender, telemetry, now } = deps;

  return async function attemptDelivery(webhook: Webhook, event: Delivery['event']): Promise<Attempt> {
    const startedMs = now();
    const attempt = await send(webhook, event);
    await log({
      webhookId: webhook.webhookId,
      eventId: event.id,
      type: event.type,
      at: new Date(startedMs).toISOString(),
      result: attempt.kind,
      ...(attempt.kind !== 'delivered' && { reason: attempt.reason }),
      durationMs: now() - startedMs,
    });
    return attempt;
  };

  async function send({ webhookId, format }: Webhook, event: Delivery['event']): Promise<Attempt> {
    try {
      const destination = await destinations.of(webhookId);
      const body = bodyOf(format, event);
      const sent = await sender.send(destination, { id: event.id, body, sentAtMs: now() });
      if (sent.kind !== 'answered') return sent;
      const judgement = judgeAnswer(sent.status);
      if (judgement.kind !== 'failed') return judgement;
      return { ...judgement, retryAfterSeconds: parseRetryAfter(sent.retryAfter, now()) };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) };
    }
  }

  /** A delivery never fails because its log does. */
  async function log(attempt: AttemptLog): Promise<void> {
    telemetry.attempted(attempt);
    try {
      await table.log(attempt);
    } catch (error) {
      telemetry.notLogged(reasonOf(error));
    }
  }
}
