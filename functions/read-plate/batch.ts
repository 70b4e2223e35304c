import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import type { PictureQueue } from '../adapters/picture-queue.ts';
import type { Telemetry } from '../adapters/telemetry.ts';
import type { UsageTable } from '../adapters/usage-table.ts';
import { parseNotification } from '../core/message/notification.ts';
import type { PictureReport, WaitingOutcome } from '../core/record/outcome.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import { retryDelaySeconds } from '../core/message/retry-delay.ts';
import { usageOf } from '../core/record/usage.ts';
import type { ReadPicture } from './read-picture.ts';

/**
 * SQS deletes a message 14 days after it was sent, also in the dead-letter queue if it was moved there by itself. One that would be older than
 * this is put there anew, so that a person has time.
 */
export const longestStayMs = 5 * 24 * 3600 * 1000;

/** What becomes of a message: it is done, or comes back after a delay. */
type MessageEnd = { readonly kind: 'done' } | { readonly kind: 'comes-back'; readonly delaySeconds: number };

/**
 * Messages in, failures out: reads all pictures that a batch announces, a few at a time, and returns exactly the messages that must
 * come back, each with its own delay. One bad message or picture harms only itself.
 */
export function createBatchHandler(deps: {
  readonly readPicture: ReadPicture;
  readonly queue: PictureQueue;
  readonly usageTable: UsageTable;
  readonly telemetry: Telemetry;
  /** Pictures of one invocation that are read at a time. */
  readonly ocrConcurrency: number;
  readonly now: () => number;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}) {
  const { readPicture, queue, usageTable, telemetry, now } = deps;

  return async function handleBatch(
    event: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> {
    const limit = pLimit(deps.ocrConcurrency);
    const reports: PictureReport[] = [];
    const ends = await Promise.all(
      event.Records.map(async (message) => ({ message, end: await endOf(message) })),
    );
    const returning = ends.flatMap(({ message, end }) =>
      end.kind === 'comes-back' ? [{ message, delaySeconds: end.delaySeconds }] : [],
    );
    // Before SQS and the counters are asked, which can outlast the invocation, and after them, which can go wrong.
    telemetry.flush();
    await Promise.all([delay(returning), count(reports)]);
    telemetry.flush();
    return { batchItemFailures: returning.map(({ message }) => ({ itemIdentifier: message.messageId })) };

    async function endOf(message: SQSRecord): Promise<MessageEnd> {
      try {
        return await processMessage(message);
      } catch (error) {
        const reason = reasonOf(error);
        telemetry.messageFailed(message.messageId, reason, error);
        return { kind: 'comes-back', delaySeconds: delaySecondsOf(message, { kind: 'wait', reason }) };
      }
    }

    async function processMessage(message: SQSRecord): Promise<MessageEnd> {
      const { objects: images, faults } = parseNotification(message.body);
      const turn = {
        remainingTimeMs: () => context.getRemainingTimeInMillis(),
        delaySecondsFor: (outcome: WaitingOutcome) => delaySecondsOf(message, outcome),
      };
      const settled = await Promise.allSettled(
        images.map((image) =>
          limit(async () => {
            const report = await readPicture(image, turn);
            telemetry.pictureEnded(message.messageId, image.imageId, report);
            reports.push(report);
            return report;
          }),
        ),
      );
      // Only now, so that no picture of the message is still under way when it ends.
      const delays = settled.flatMap((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value.comesBackAfterSeconds ?? [];
      });
      const delaySeconds = Math.max(0, ...delays);
      const expires = now() + delaySeconds * 1000 > Number(message.attributes.SentTimestamp) + longestStayMs;
      if (delays.length > 0 && !expires) return { kind: 'comes-back', delaySeconds };
      if (delays.length > 0) await park(message, ['The picture could not be read within five days.']);
      else if (faults.length > 0) await park(message, faults);
      else if (images.length === 0) telemetry.messageIgnored(message.messageId);
      return { kind: 'done' };
    }
  };

  async function park(message: SQSRecord, faults: readonly string[]): Promise<void> {
    await queue.park(message.eventSourceARN, message.body, faults.join(' '));
    telemetry.messageParked(message.messageId, faults);
  }

  function delaySecondsOf(message: SQSRecord, outcome: WaitingOutcome): number {
    const receiveCount = Number(message.attributes.ApproximateReceiveCount);
    const retryAfterSeconds = outcome.kind === 'wait' ? outcome.retryAfterSeconds : undefined;
    return retryDelaySeconds(receiveCount, retryAfterSeconds, deps.random());
  }

  /** Without its delay a message comes back all the same, once the queue's visibility timeout is over. */
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

  /** Once for all pictures of the invocation: one that is killed before takes its counts along. */
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
