import type { SQSRecord } from 'aws-lambda';
import type { LimitFunction } from 'p-limit';
import type { SourceQueue } from '../adapters/source-queue.ts';
import type { Telemetry } from '../adapters/telemetry.ts';
import { parseNotification } from '../core/message/notification.ts';
import { retryDelaySeconds } from '../core/message/retry-delay.ts';
import type { PictureReport, WaitingOutcome } from '../core/record/outcome.ts';
import { reasonOf } from '../core/record/reason.ts';
import type { ReadPicture } from './read-picture.ts';

/**
 * SQS deletes a message 14 days after it was sent, even in the dead-letter queue if SQS itself moved it
 * there. The function sends a message that would be older than this to that queue as a new one, so that a
 * person has time.
 */
export const longestStayMs = 5 * 24 * 3600 * 1000;

/**
 * A held message that is older than this, or was received more often, is sent again as a new one. So most of the
 * 14 days and of the 150 receives that SQS allows are left for the time when nothing holds it any more.
 */
export const longestHeldStayMs = 24 * 3600 * 1000;
export const mostReceivesWhileHeld = 30;

/**
 * The first delays of a held picture are short: SQS counts the age of the oldest message without those that
 * were received three times, and so the alarm oldest-message-too-old does not ring for what is held.
 */
const receivesWithAge = 2;

/**
 * A message that takes longer than this, from its sending until it comes back, needs a person's look: the
 * alarm picture-waits-long rings.
 */
const longWaitMs = 60 * 60 * 1000;

/** What the messages of one invocation share. */
type Invocation = {
  readonly remainingTimeMs: () => number;
  /** Lets only a few pictures be read at a time. */
  readonly limit: LimitFunction;
  readonly onReport: (report: PictureReport) => void;
};

/** A message is done, or comes back after a delay. */
type MessageResult =
  { readonly kind: 'done' } | { readonly kind: 'comes-back'; readonly delaySeconds: number };

/** Reads the pictures that one message announces. Never throws: after an error the message comes back. */
export function createReadMessage(deps: {
  readonly readPicture: ReadPicture;
  readonly queue: SourceQueue;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly random: () => number;
}) {
  const { readPicture, telemetry } = deps;
  const { comesBack, wait, park } = createUnfinished(deps);

  return async function readMessage(message: SQSRecord, invocation: Invocation): Promise<MessageResult> {
    try {
      return await readObjects(message, invocation);
    } catch (error) {
      const reason = reasonOf(error);
      telemetry.messageFailed(message.messageId, reason, error);
      return comesBack(message, delaySecondsOf(message, { kind: 'wait', reason }));
    }
  };

  async function readObjects(message: SQSRecord, invocation: Invocation): Promise<MessageResult> {
    const sentAtMs = Number(message.attributes.SentTimestamp);
    const { objects, faults } = parseNotification(message.body, new Date(sentAtMs).toISOString());
    const delivery = {
      remainingTimeMs: invocation.remainingTimeMs,
      delaySecondsFor: (outcome: WaitingOutcome) => delaySecondsOf(message, outcome),
    };
    const settled = await Promise.allSettled(
      objects.map((object) =>
        invocation.limit(async () => {
          const report = await readPicture(object, delivery);
          telemetry.pictureEnded(message.messageId, object.imageId, report);
          invocation.onReport(report);
          return report;
        }),
      ),
    );
    // After all of its pictures: no picture is still in work when the message has its result.
    const reports = settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    const delays = reports.flatMap(({ comesBackAfterSeconds }) => comesBackAfterSeconds ?? []);
    if (delays.length > 0) {
      const isHeld = reports.some(({ outcome }) => outcome.kind === 'held');
      return await wait(message, Math.max(...delays), isHeld);
    }
    if (faults.length > 0) await park(message, faults);
    else if (objects.length === 0) telemetry.messageIgnored(message.messageId);
    return { kind: 'done' };
  }

  function delaySecondsOf(message: SQSRecord, outcome: WaitingOutcome): number {
    const receiveCount = receiveCountOf(message);
    const isHeldBriefly = outcome.kind === 'held' && receiveCount <= receivesWithAge;
    const retryAfterSeconds =
      outcome.kind === 'misconfigured' || isHeldBriefly ? undefined : outcome.retryAfterSeconds;
    return retryDelaySeconds(receiveCount, retryAfterSeconds, deps.random());
  }
}

/** What becomes of a message that is not done with its pictures. */
function createUnfinished({
  queue,
  telemetry,
  now,
}: {
  readonly queue: SourceQueue;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}) {
  return { comesBack, wait, park };

  function comesBack(message: SQSRecord, delaySeconds: number): MessageResult {
    if (now() + delaySeconds * 1000 > Number(message.attributes.SentTimestamp) + longWaitMs) {
      telemetry.messageWaitsLong(message.messageId);
    }
    return { kind: 'comes-back', delaySeconds };
  }

  async function wait(message: SQSRecord, delaySeconds: number, isHeld: boolean): Promise<MessageResult> {
    const stayMs = now() + delaySeconds * 1000 - Number(message.attributes.SentTimestamp);
    if (isHeld) {
      if (stayMs <= longestHeldStayMs && receiveCountOf(message) < mostReceivesWhileHeld)
        return { kind: 'comes-back', delaySeconds };
      await queue.renew(message.eventSourceARN, message.body, delaySeconds);
      telemetry.messageRenewed(message.messageId);
      return { kind: 'done' };
    }
    if (stayMs <= longestStayMs) return comesBack(message, delaySeconds);
    await park(message, ['The picture could not be read within five days.']);
    return { kind: 'done' };
  }

  async function park(message: SQSRecord, faults: readonly string[]): Promise<void> {
    await queue.park(message.eventSourceARN, message.body, faults.join(' '));
    telemetry.messageParked(message.messageId, faults);
  }
}

function receiveCountOf(message: SQSRecord): number {
  return Number(message.attributes.ApproximateReceiveCount);
}
