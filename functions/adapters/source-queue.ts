import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { OutsideError } from '../core/record/reason.ts';
import { parseJson } from '../core/message/parse-json.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type ReturningMessage = {
  readonly receiptHandle: string;
  /** Whole seconds until it may be received again. */
  readonly delaySeconds: number;
};

export type SourceQueue = ReturnType<typeof createSourceQueue>;

/** The most that one request takes, its retries included; delaying messages takes two at most. */
const requestTimeoutMs = 2000;

/** SQS counts attributes towards its limit of 1 MiB for a message; a longer body is sent without them. */
const maxBodyBytesWithFault = 1024 * 1024 - 2048;

/** SQS's limit for the delay of a message that is sent. */
const longestSendDelaySeconds = 900;

const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/**
 * The queue of the invocation's messages, identified by their event source ARN. Throws an OutsideError
 * `SQS_…` where SQS fails.
 */
export function createSourceQueue(config: SQSClientConfig = {}) {
  const send = createSend(config);
  const queueUrls = new Map<string, Promise<string>>();

  return {
    /** Hides up to ten messages, each for its own time. Returns those that SQS did not hide. */
    async delay(
      queueArn: string,
      messages: readonly ReturningMessage[],
    ): Promise<readonly ReturningMessage[]> {
      const { Failed: failed = [] } = await send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: await queueUrlOf(queueArn),
          Entries: messages.map(({ receiptHandle, delaySeconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: delaySeconds,
          })),
        }),
      );
      return failed.flatMap(({ Id: id }) => messages[Number(id)] ?? []);
    },

    /**
     * Sends a message unchanged to its own queue as a new one, which SQS keeps for 14 days, with no receives.
     * `delaySeconds` is shortened to SQS's limit.
     */
    async renew(queueArn: string, body: string, delaySeconds: number): Promise<void> {
      await send(
        new SendMessageCommand({
          QueueUrl: await queueUrlOf(queueArn),
          MessageBody: body,
          DelaySeconds: Math.min(longestSendDelaySeconds, delaySeconds),
        }),
      );
    },

    /** Sends a message unchanged to the dead-letter queue of its queue, with the fault as an attribute. */
    async park(queueArn: string, body: string, fault: string): Promise<void> {
      const { Attributes: attributes } = await send(
        new GetQueueAttributesCommand({
          QueueUrl: await queueUrlOf(queueArn),
          AttributeNames: ['RedrivePolicy'],
        }),
      );
      const policy = redrivePolicy.safeParse(parseJson(attributes?.RedrivePolicy ?? ''));
      if (!policy.success) {
        throw new OutsideError(
          'SQS_NO_DEAD_LETTER_QUEUE',
          'The queue has no dead-letter queue.',
          policy.error,
        );
      }
      const hasRoom = Buffer.byteLength(body) <= maxBodyBytesWithFault;
      await send(
        new SendMessageCommand({
          QueueUrl: await queueUrlOf(policy.data.deadLetterTargetArn),
          MessageBody: body,
          ...(hasRoom ? { MessageAttributes: { fault: { DataType: 'String', StringValue: fault } } } : {}),
        }),
      );
    },
  };

  function queueUrlOf(queueArn: string): Promise<string> {
    const known = queueUrls.get(queueArn);
    if (known) return known;
    const [, , , , account, name] = queueArn.split(':');
    const pending = send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })).then(
      ({ QueueUrl: url }) => {
        if (!url) throw new OutsideError('SQS_NO_QUEUE_URL', 'SQS returned no URL of the queue.', undefined);
        return url;
      },
    );
    queueUrls.set(queueArn, pending);
    pending.catch(() => queueUrls.delete(queueArn));
    return pending;
  }
}

/** Sends commands to SQS; throws an OutsideError `SQS_…` where SQS fails. */
function createSend(config: SQSClientConfig) {
  const client = lazily(
    () =>
      new SQSClient({
        requestHandler: { connectionTimeout: 500, requestTimeout: 900, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return async function send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Parameters<typeof SQSClient.prototype.send<Input, Output>>[0],
  ): Promise<Output> {
    try {
      return await client().send(command, { abortSignal: AbortSignal.timeout(requestTimeoutMs) });
    } catch (error) {
      throw fromAwsError('SQS', error);
    }
  };
}
