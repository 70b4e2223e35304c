import { randomUUID } from 'node:crypto';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { platelineEvent, type PlatelineEvent } from '../../functions/core/event/event.ts';
import type { LocalEndpoint } from './endpoint/local-endpoint.ts';
import type { LocalStack } from './stack.ts';

/** Events as they are published, each as often as it is published. */
interface EventSubscription {
  /** Yields events until the signal aborts. */
  events(signal: AbortSignal): AsyncGenerator<PlatelineEvent, void, undefined>;
  close(): void;
}

/** Subscribes a queue of its own to the topic of a local stack; events from now on come to it. */
export async function subscribeToEvents({
  sqs: { directClientConfiguration },
  eventsTopicArn,
}: Pick<LocalStack<LocalEndpoint>, 'sqs' | 'eventsTopicArn'>): Promise<EventSubscription> {
  const sqs = new SQSClient(directClientConfiguration);
  const sns = new SNSClient(directClientConfiguration);
  const { QueueUrl: queueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `events-${randomUUID()}` }),
  );
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn: eventsTopicArn,
      Protocol: 'sqs',
      Endpoint: attributes?.QueueArn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );

  const receive = async (abortSignal: AbortSignal): Promise<Message[]> => {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      { abortSignal },
    );
    if (messages.length > 0) {
      const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    }
    return messages;
  };

  return {
    async *events(signal) {
      while (!signal.aborted) {
        const messages = await receive(signal).catch((error: unknown) => {
          if (signal.aborted) return [];
          throw error;
        });
        for (const { Body: body = '' } of messages) yield platelineEvent.parse(JSON.parse(body));
      }
    },
    close() {
      sqs.destroy();
      sns.destroy();
    },
  };
}
