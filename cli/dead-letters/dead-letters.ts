import { ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { maxBatchSize } from '../aws/send-messages.ts';
import { makeVisible } from './make-visible.ts';

/** Long enough to look at every message. If the command is killed, its messages stay hidden this long. */
export const hiddenSeconds = 300;

/** The parts of a message that are looked at. */
type DeadLetter = {
  readonly messageId: string;
  readonly body: string;
  /** ISO 8601 in UTC; absent where SQS does not say it. */
  readonly sentAt?: string;
  /** Why the function moved the message here; absent if SQS moved it. */
  readonly fault?: string;
};

/**
 * Yields up to `limit` messages of a queue in batches. They are hidden from other receivers until the
 * iteration ends.
 */
export async function* lookAtDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
): AsyncGenerator<readonly DeadLetter[], void, undefined> {
  const receiptHandles: string[] = [];
  try {
    while (receiptHandles.length < limit) {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(maxBatchSize, limit - receiptHandles.length),
          MessageAttributeNames: ['fault'],
          MessageSystemAttributeNames: ['SentTimestamp'],
          VisibilityTimeout: hiddenSeconds,
          // Without a wait SQS asks only some of its servers, and may miss messages.
          WaitTimeSeconds: 1,
        }),
      );
      if (messages.length === 0) return;
      receiptHandles.push(...messages.flatMap(({ ReceiptHandle: handle }) => handle ?? []));
      yield messages.map(deadLetterOf);
    }
  } finally {
    await makeVisible(sqs, queueUrl, receiptHandles);
  }
}

function deadLetterOf({
  MessageId: messageId = '',
  Body: body = '',
  MessageAttributes: attributes,
  Attributes: system,
}: Message): DeadLetter {
  const fault = attributes?.['fault']?.StringValue;
  const sentAtMs = Number(system?.SentTimestamp ?? NaN);
  const sentAt = Number.isNaN(sentAtMs) ? undefined : new Date(sentAtMs).toISOString();
  return { messageId, body, ...(sentAt !== undefined && { sentAt }), ...(fault !== undefined && { fault }) };
}
