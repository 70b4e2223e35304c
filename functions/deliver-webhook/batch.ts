import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { SourceQueue } from '../adapters/source-queue.ts';
import type { WebhookTelemetry } from '../adapters/webhook-telemetry.ts';
import type { WebhooksTable } from '../adapters/webhooks-table.ts';
import { reasonOf } from '../core/record/reason.ts';
import type { Webhook } from '../core/webhook/webhook.ts';
import type { DeliveryOutcome } from './deliver.ts';
import type { HandleMessage } from './handle-message.ts';

/** After a failure that is not the receiver's. */
const troubledDelaySeconds = 60;

/** Handles the messages of the queue side by side. What fails comes back alone, after its own delay. */
export function createBatchHandler(deps: {
  readonly table: WebhooksTable;
  readonly handleMessage: HandleMessage;
  /** The queue of the invocation's messages. */
  readonly queue: Pick<SourceQueue, 'delay' | 'park'>;
  readonly telemetry: WebhookTelemetry;
}) {
  const { table, handleMessage, queue, telemetry } = deps;

  return async function handleBatch(event: SQSEvent): Promise<SQSBatchResponse> {
    // Read for each invocation: it has the pauses of now.
    const webhooks = await table.all();
    const outcomes = await Promise.all(
      event.Records.map(async (message) => ({ message, outcome: await settle(message, webhooks) })),
    );
    const returning = outcomes.flatMap(({ message, outcome }) =>
      outcome.kind === 'comes-back' ? [{ message, delaySeconds: outcome.delaySeconds }] : [],
    );
    await delay(returning);
    telemetry.flush();
    return { batchItemFailures: returning.map(({ message }) => ({ itemIdentifier: message.messageId })) };
  };

  /** Never throws; `parked` is done already. */
  async function settle(message: SQSRecord, webhooks: readonly Webhook[]): Promise<DeliveryOutcome> {
    const { messageId, eventSourceARN, body } = message;
    try {
      const outcome = await handleMessage(message, webhooks);
      if (outcome.kind === 'parked') {
        await queue.park(eventSourceARN, body, `${outcome.reason.code}: ${outcome.reason.message}`);
        telemetry.parked(messageId, outcome.reason);
      }
      return outcome;
    } catch (error) {
      telemetry.troubled(messageId, reasonOf(error));
      return { kind: 'comes-back', delaySeconds: troubledDelaySeconds };
    }
  }

  /** Without its delay, a message comes back after the queue's visibility timeout. */
  async function delay(returning: readonly { message: SQSRecord; delaySeconds: number }[]): Promise<void> {
    const [first] = returning;
    if (!first) return;
    try {
      await queue.delay(
        first.message.eventSourceARN,
        returning.map(({ message, delaySeconds }) => ({
          receiptHandle: message.receiptHandle,
          delaySeconds,
        })),
      );
    } catch (error) {
      telemetry.troubled(first.message.messageId, reasonOf(error));
    }
  }
}
