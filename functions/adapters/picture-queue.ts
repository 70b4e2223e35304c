import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { OutsideError } from '../core/reason.ts';
import { fromAwsError } from './aws-error.ts';

export type ReturningMessage = {
  readonly receiptHandle: string;
  /** Whole seconds until it may be received again. */
  readonly delaySeconds: number;
};

export type PictureQueue = ReturnType<typeof createPictureQueue>;

/** SQS takes ten entries in one ChangeMessageVisibilityBatch. */
const maxBatchEntries = 10;

const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/** The queue that the invocation's messages came from, known by their event source ARN. Throws an OutsideError `SQS_…` where SQS fails. */
export function createPictureQueue(config: SQSClientConfig = {}) {
  const client = new SQSClient({
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    ...config,
  });
  const queueUrls = new Map<string, Promise<string>>();

  return {
    /** Keeps messages that come back invisible, each for its own time. */
    async delay(queueArn: string, messages: readonly ReturningMessage[]): Promise<void> {
      const queueUrl = await queueUrlOf(queueArn);
      const failures: unknown[] = [];
      for (let start = 0; start < messages.length; start += maxBatchEntries) {
        const entries = messages
          .slice(start, start + maxBatchEntries)
          .map(({ receiptHandle, delaySeconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: delaySeconds,
          }));
        const { Failed: failed = [] } = await send(
          client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries })),
        );
        failures.push(...failed);
      }
      if (failures.length > 0) {
        throw new OutsideError(
          'SQS_DELAY_FAILED',
          `SQS did not delay ${failures.length} of ${messages.length} messages.`,
          failures,
        );
      }
    },

    /** Puts a message that can never be processed into the dead-letter queue of its queue, as it came. */
    async park(queueArn: string, body: string, fault: string): Promise<void> {
      const { Attributes: attributes } = await send(
        client.send(
          new GetQueueAttributesCommand({
            QueueUrl: await queueUrlOf(queueArn),
            AttributeNames: ['RedrivePolicy'],
          }),
        ),
      );
      const policy = redrivePolicy.parse(JSON.parse(attributes?.RedrivePolicy ?? '{}'));
      await send(
        client.send(
          new SendMessageCommand({
            QueueUrl: await queueUrlOf(policy.deadLetterTargetArn),
            MessageBody: body,
            MessageAttributes: { fault: { DataType: 'String', StringValue: fault } },
          }),
        ),
      );
    },
  };

  function queueUrlOf(queueArn: string): Promise<string> {
    const known = queueUrls.get(queueArn);
    if (known) return known;
    const [, , , , account, name] = queueArn.split(':');
    const asked = send(
      client.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })),
    ).then(({ QueueUrl: url = '' }) => url);
    queueUrls.set(queueArn, asked);
    asked.catch(() => queueUrls.delete(queueArn));
    return asked;
  }

  async function send<Output>(sent: Promise<Output>): Promise<Output> {
    try {
      return await sent;
    } catch (error) {
      throw fromAwsError('SQS', error);
    }
  }
}
