import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { Consumer } from 'sqs-consumer';
import * as z from 'zod';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { Sandbox } from './sandbox.ts';

interface QueueEventSourceMappingOptions {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  region: string;
  batchSize: number;
  /** Whether the function may name failed messages; if not, a batch succeeds or fails as a whole. */
  reportBatchItemFailures: boolean;
  /** One for each batch that may run at once. */
  sandboxes: readonly Sandbox[];
  onOutput: (line: string) => void;
}

const receivedMessage = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.object({
    ApproximateReceiveCount: z.string(),
    ApproximateFirstReceiveTimestamp: z.string(),
    SenderId: z.string(),
    SentTimestamp: z.string(),
  }),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        BinaryValue: z.instanceof(Uint8Array).optional(),
      }),
    )
    .default({}),
});

/** For Lambda no response means that all succeeded, and a response of another shape that all failed. */
const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullable();

/**
 * Receives batches and invokes the function with them as Lambda does. It deletes messages that succeeded.
 * Failed messages stay in the queue, and come back when their visibility time-out ends.
 */
export function createQueueEventSourceMapping(options: QueueEventSourceMappingOptions): EventSourceMapping {
  const { sqs, queueUrl, queueArn, region, batchSize, reportBatchItemFailures, sandboxes, onOutput } =
    options;

  const consumers = sandboxes.map((sandbox) => {
    const consumer = Consumer.create({
      sqs,
      queueUrl,
      batchSize,
      messageAttributeNames: ['All'],
      messageSystemAttributeNames: ['All'],
      authenticationErrorTimeout: 1000,
      handleMessageBatch: async (messages) => {
        if (!consumer.status.isRunning) return [];
        const result = await sandbox.invoke({
          Records: messages.map((message) => sqsRecord(message, queueArn, region)),
        });
        if (result.kind !== 'returned') {
          onOutput(
            `The invocation failed and its ${messages.length} messages stay in the queue: ${result.kind === 'threw' ? result.error : result.kind}`,
          );
          return [];
        }
        if (!reportBatchItemFailures) return messages;
        const failedIds = parseFailedIds(result.json, messages);
        if (failedIds === undefined) {
          onOutput(
            `The function's response is not valid and its ${messages.length} messages stay in the queue: ${result.json}`,
          );
          return [];
        }
        return messages.filter(({ MessageId }) => MessageId !== undefined && !failedIds.has(MessageId));
      },
    });
    consumer.on('error', (error) => {
      if (consumer.status.isRunning) onOutput(`The event source mapping failed: ${error.message}`);
    });
    return consumer;
  });

  return {
    start: () => {
      for (const consumer of consumers) consumer.start();
    },
    stop: () => {
      for (const consumer of consumers) consumer.stop({ abort: true });
    },
  };
}

/** The ids of the failed messages, or undefined for a response that fails the whole batch. */
function parseFailedIds(json: string, messages: readonly Message[]): ReadonlySet<string> | undefined {
  const response = batchResponse.safeParse(JSON.parse(json));
  if (!response.success) return undefined;
  const failedIds = new Set(response.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const receivedIds = new Set(messages.map(({ MessageId }) => MessageId));
  return failedIds.isSubsetOf(receivedIds) ? failedIds : undefined;
}

function sqsRecord(message: Message, queueArn: string, region: string) {
  const { MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes } =
    receivedMessage.parse(message);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  } satisfies SQSRecord;
}
