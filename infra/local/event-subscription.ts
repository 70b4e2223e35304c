import { randomUUID } from 'node:crypto';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openEventQueue } from '../../cli/aws/event-queue.ts';
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
  const queue = await openEventQueue({
    sqs,
    sns,
    topicArn: eventsTopicArn,
    queueName: `events-${randomUUID()}`,
  });

  return {
    async *events(signal) {
      while (!signal.aborted) {
        const bodies = await queue.receive(signal).catch((error: unknown) => {
          if (signal.aborted) return [];
          throw error;
        });
        for (const body of bodies) yield platelineEvent.parse(JSON.parse(body));
      }
    },
    close() {
      sqs.destroy();
      sns.destroy();
    },
  };
}
