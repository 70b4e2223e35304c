import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Long enough to look at all that is looked at; a command that is killed leaves messages unseen for so long. */
export const hiddenSeconds = 300;

/** SQS's limit for one request. */
const batchSize = 10;

/** A message as far as it is looked at. */
type DeadLetter = {
  readonly messageId: string;
  readonly body: string;
  /** Why the function put it there, where it did so itself. */
  readonly fault?: string;
};

/**
 * Yields the messages of a queue in batches, hidden from others meanwhile, and shows them again when it is left. Ends with the queue, or
 * once it has yielded `limit` messages.
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
          MaxNumberOfMessages: Math.min(batchSize, limit - receiptHandles.length),
          MessageAttributeNames: ['fault'],
          VisibilityTimeout: hiddenSeconds,
          // Without a wait SQS asks only some of its servers, and may find nothing where there is something.
          WaitTimeSeconds: 1,
        }),
      );
      if (messages.length === 0) return;
      receiptHandles.push(...messages.flatMap(({ ReceiptHandle: handle }) => handle ?? []));
      yield messages.map(deadLetterOf);
    }
  } finally {
    await showAgain(sqs, queueUrl, receiptHandles);
  }
}

function deadLetterOf({
  MessageId: messageId = '',
  Body: body = '',
  MessageAttributes: attributes,
}: Message): DeadLetter {
  const fault = attributes?.['fault']?.StringValue;
  return { messageId, body, ...(fault !== undefined && { fault }) };
}

/** A message for which this fails is seen again once its time is over. */
async function showAgain(sqs: SQSClient, queueUrl: string, receiptHandles: readonly string[]): Promise<void> {
  for (let start = 0; start < receiptHandles.length; start += batchSize) {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: receiptHandles.slice(start, start + batchSize).map((handle, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
}
