import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { CommandError } from '../terminal/command-error.ts';

/** SQS's limit for one SendMessageBatch. */
export const maxBatchSize = 10;

const maxTries = 8;
const firstPauseMs = 200;

/**
 * Sends up to ten messages, and repeats those that SQS failed to accept. Throws a CommandError `SQS_NOT_SENT`
 * if SQS refuses a message or keeps failing.
 */
export async function sendMessages(
  sqs: SQSClient,
  queueUrl: string,
  bodies: readonly string[],
): Promise<void> {
  let entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
  for (let tries = 1; entries.length > 0; tries += 1) {
    const { Failed: failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    const [first] = failed;
    if (!first) return;
    if (tries === maxTries || failed.some(({ SenderFault: isRefused }) => isRefused)) {
      const refusal = failed.find(({ SenderFault: isRefused }) => isRefused) ?? first;
      const why = [refusal.Code, refusal.Message].filter((part) => part !== undefined).join(': ');
      throw new CommandError('SQS_NOT_SENT', `SQS did not accept a message (${why}).`);
    }
    const failedIds = new Set(failed.map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => failedIds.has(Id));
    await delay(firstPauseMs * 2 ** (tries - 1));
  }
}
