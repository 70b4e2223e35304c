import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { maxBatchSize, sendMessages } from '../aws/send-messages.ts';
import { createTokenBucket } from '../aws/token-bucket.ts';
import { CommandError } from '../terminal/command-error.ts';
import { hiddenSeconds } from './dead-letters.ts';
import { makeVisible } from './make-visible.ts';

type Move = {
  readonly sourceUrl: string;
  readonly destinationUrl: string;
  /** Epoch milliseconds on the clock of SQS. */
  readonly sentUntilMs: number;
  /** Undefined for as fast as SQS answers. */
  readonly perSecond: number | undefined;
};

/** A message that was received and can be moved. */
type Received = { readonly body: string; readonly handle: string; readonly sentMs: number };

/**
 * Moves the messages of one queue that were sent until a time to another queue, and yields how many it has
 * moved. SQS's own move tasks also move what comes back meanwhile, without end. Each message is sent before it
 * is deleted: after a kill it is in both queues, which costs no second call. Throws a CommandError
 * `NOT_DELETED` where SQS moved a message but does not delete it.
 */
export async function* moveMessages(sqs: SQSClient, move: Move): AsyncGenerator<number, void, undefined> {
  const { sourceUrl, destinationUrl, sentUntilMs, perSecond = Infinity } = move;
  const tokens = createTokenBucket({ perSecond, now: () => performance.now(), sleep: delay });
  const newer: string[] = [];
  let moved = 0;
  try {
    for (;;) {
      const received = await receive(sqs, sourceUrl, Math.min(maxBatchSize, perSecond));
      if (received.length === 0) return;
      const older = received.filter(({ sentMs }) => sentMs <= sentUntilMs);
      newer.push(...received.filter((message) => !older.includes(message)).map(({ handle }) => handle));
      if (older.length === 0) continue;
      await tokens.take(older.length);
      await sendMessages(
        sqs,
        destinationUrl,
        older.map(({ body }) => body),
      );
      await deleteMessages(
        sqs,
        sourceUrl,
        older.map(({ handle }) => handle),
      );
      moved += older.length;
      yield moved;
    }
  } finally {
    await makeVisible(sqs, sourceUrl, newer);
  }
}

async function receive(sqs: SQSClient, queueUrl: string, count: number): Promise<readonly Received[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: count,
      MessageSystemAttributeNames: ['SentTimestamp'],
      VisibilityTimeout: hiddenSeconds,
      // Without a wait SQS asks only some of its servers, and may miss messages.
      WaitTimeSeconds: 1,
    }),
  );
  return messages.map(receivedOf);
}

function receivedOf({ Body: body = '', ReceiptHandle: handle = '', Attributes: attributes }: Message) {
  return { body, handle, sentMs: Number(attributes?.SentTimestamp ?? 0) };
}

async function deleteMessages(sqs: SQSClient, queueUrl: string, handles: readonly string[]): Promise<void> {
  const { Failed: [failed] = [] } = await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
    }),
  );
  if (!failed) return;
  throw new CommandError(
    'NOT_DELETED',
    `SQS did not delete a message that was moved (${failed.Code ?? 'no code'}). It comes back to the dead-letter queue, and costs no second call if it is moved again.`,
  );
}
