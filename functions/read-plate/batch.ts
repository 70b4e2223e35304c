import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import type { SourceQueue } from '../adapters/source-queue.ts';
import type { Telemetry } from '../adapters/telemetry.ts';
import type { UsageTable } from '../adapters/usage-table.ts';
import type { PictureReport } from '../core/record/outcome.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import { usageOf } from '../core/record/usage.ts';
import { createReadMessage } from './read-message.ts';
import type { ReadPicture } from './read-picture.ts';

/**
 * Reads all pictures that a batch of messages announces, a few at a time. Returns exactly the messages that
 * must come back, each with its own delay. A bad message or picture does not affect the others.
 */
export function createBatchHandler(deps: {
  readonly readPicture: ReadPicture;
  readonly queue: SourceQueue;
  readonly usageTable: UsageTable;
  readonly telemetry: Telemetry;
  /** Pictures that one invocation reads at a time. */
  readonly ocrConcurrency: number;
  readonly now: () => number;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}) {
  const { queue, usageTable, telemetry, now } = deps;
  const readMessage = createReadMessage(deps);

  return async function handleBatch(
    event: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> {
    const reports: PictureReport[] = [];
    const invocation = {
      remainingTimeMs: () => context.getRemainingTimeInMillis(),
      limit: pLimit(deps.ocrConcurrency),
      onReport: (report: PictureReport) => void reports.push(report),
    };
    const results = await Promise.all(
      event.Records.map(async (message) => ({ message, result: await readMessage(message, invocation) })),
    );
    const returning = results.flatMap(({ message, result }) =>
      result.kind === 'comes-back' ? [{ message, delaySeconds: result.delaySeconds }] : [],
    );
    // Twice: requests to SQS and the counters can outlast the invocation, and can add metrics of their own.
    telemetry.flush();
    await Promise.all([delay(returning), count(reports)]);
    telemetry.flush();
    return { batchItemFailures: returning.map(({ message }) => ({ itemIdentifier: message.messageId })) };
  };

  /** Without its delay, a message comes back after the queue's visibility timeout. */
  async function delay(returning: readonly { message: SQSRecord; delaySeconds: number }[]): Promise<void> {
    const [first] = returning;
    if (!first) return;
    const delays = returning.map(({ message, delaySeconds }) => ({
      receiptHandle: message.receiptHandle,
      delaySeconds,
    }));
    try {
      const failed = await queue.delay(first.message.eventSourceARN, delays);
      const failedHandles = new Set(failed.map(({ receiptHandle }) => receiptHandle));
      for (const { message } of returning.filter(({ message }) => failedHandles.has(message.receiptHandle))) {
        telemetry.messageFailed(message.messageId, notDelayed);
      }
    } catch (error) {
      for (const { message } of returning) telemetry.messageFailed(message.messageId, reasonOf(error), error);
    }
  }

  /** Once for all pictures of the invocation; a killed invocation loses its counts. */
  async function count(reports: readonly PictureReport[]): Promise<void> {
    try {
      await usageTable.add(usageOf(reports, now()));
    } catch (error) {
      telemetry.usageNotCounted(reasonOf(error), error);
    }
  }
}

const notDelayed: Reason = {
  code: 'SQS_NOT_DELAYED',
  message: 'SQS did not delay the message; it comes back after the visibility timeout.',
};
