import { paginateListSubscriptionsByTopic, UnsubscribeCommand, type SNSClient } from '@aws-sdk/client-sns';
import { DeleteQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueUrlOf } from '../../aws/queue-url.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { madeAtMs } from './queue-names.ts';

/** A listener makes a new queue twice as often, so that an older one has no listener. */
const oldestQueueMs = 24 * 3600 * 1000;

type Leftover = { readonly queueName: string; readonly subscriptionArn: string };

/**
 * Deletes the queues of listeners that could not do it themselves, with their subscriptions: each event that is
 * sent to one costs a request.
 */
export async function deleteLeftovers(
  { sqs, sns }: { readonly sqs: SQSClient; readonly sns: SNSClient },
  topicArn: string,
  prefix: string,
  nowMs: number,
): Promise<void> {
  for (const { queueName, subscriptionArn } of await findLeftovers(sns, topicArn, prefix, nowMs)) {
    try {
      await sqs.send(new DeleteQueueCommand({ QueueUrl: await queueUrlOf(sqs, queueName) }));
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof CommandError) || error.code !== 'NO_QUEUE') throw error;
    }
    // Last: by its subscription the next listener finds what this one could not delete.
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
  }
}

async function findLeftovers(
  sns: SNSClient,
  topicArn: string,
  prefix: string,
  nowMs: number,
): Promise<readonly Leftover[]> {
  const leftovers: Leftover[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn })) {
    for (const { Endpoint: endpoint = '', SubscriptionArn: subscriptionArn = '' } of page.Subscriptions ??
      []) {
      const queueName = endpoint.split(':').at(-1) ?? '';
      const madeAt = madeAtMs(prefix, queueName);
      if (madeAt === undefined || nowMs - madeAt < oldestQueueMs) continue;
      leftovers.push({ queueName, subscriptionArn });
    }
  }
  return leftovers;
}
