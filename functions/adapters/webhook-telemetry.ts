import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Reason } from '../core/record/reason.ts';
import type { AttemptLog } from '../core/webhook/delivery-log.ts';

export type WebhookTelemetry = ReturnType<typeof createWebhookTelemetry>;

/** A log line for each attempt, and metrics in the embedded metric format. Neither has a plate or a URL. */
export function createWebhookTelemetry() {
  const logger = new Logger();
  const metrics = new Metrics();
  const count = (name: string) => metrics.addMetric(name, MetricUnit.Count, 1);

  return {
    attempted(attempt: AttemptLog): void {
      count(attempt.result === 'delivered' ? 'WebhookDelivered' : 'WebhookFailed');
      logger[attempt.result === 'delivered' ? 'info' : 'warn'](`webhook ${attempt.result}`, attempt);
    },

    /** A receiver has failed so often in a row that it is left alone for a while. */
    paused(webhookId: string, failures: number, pauseMs: number): void {
      count('WebhookPaused');
      logger.warn('webhook paused', { webhookId, failures, pauseMs });
    },

    /** A message was moved to the dead-letter queue. */
    parked(messageId: string, reason: Reason): void {
      logger.error('message parked', { messageId, reason });
    },

    /** Something failed that is not the receiver's; the message comes back. */
    troubled(messageId: string, reason: Reason): void {
      logger.error('message troubled', { messageId, reason });
    },

    /** An attempt is missing in the log that `plateline webhook log` shows. */
    notLogged(reason: Reason): void {
      logger.error('attempt not logged', { reason });
    },

    /** Writes the metrics; to be called at the end of each invocation. */
    flush(): void {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
