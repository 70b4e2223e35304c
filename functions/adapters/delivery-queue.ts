import {
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { OutsideError } from '../core/record/reason.ts';
import type { Delivery } from '../core/webhook/webhook.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type DeliveryQueue = ReturnType<typeof createDeliveryQueue>;

/** SQS's limit for one SendMessageBatch; ten events are far smaller than its limit of 1 MiB. */
const batchSize = 10;
const requestTimeoutMs = 5000;

/** The queue of deliveries, by its ARN. Throws an OutsideError `SQS_…` where SQS fails. */
export function createDeliveryQueue(config: SQSClientConfig = {}) {
  const client = lazily(
    () =>
      new SQSClient({
        requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
        ...config,
      }),
  );
  const urls = new Map<string, string>();

  return {
    /** Queues deliveries; throws if SQS did not take one of them. */
    async add(queueArn: string, deliveries: readonly Delivery[]): Promise<void> {
      for (let first = 0; first < deliveries.length; first += batchSize) {
        await addBatch(queueArn, deliveries.slice(first, first + batchSize));
      }
    },
  };

  async function addBatch(queueArn: string, deliveries: readonly Delivery[]): Promise<void> {
    const { Failed: failed = [] } = await attempt(async (abortSignal) =>
      client().send(
        new SendMessageBatchCommand({
          QueueUrl: await urlOf(queueArn),
          Entries: deliveries.map((delivery, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify(delivery),
            // SQS then serves the webhooks in turn: many deliveries to one do not delay those to others.
            MessageGroupId: delivery.webhookId,
          })),
        }),
        { abortSignal },
      ),
    );
    if (failed.length > 0) throw new OutsideError('SQS_NOT_SENT', 'SQS did not take a delivery.', failed);
  }

  async function urlOf(queueArn: string): Promise<string> {
    const known = urls.get(queueArn);
    if (known !== undefined) return known;
    const [, , , , account, name] = queueArn.split(':');
    const { QueueUrl: url } = await attempt((abortSignal) =>
      client().send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }), {
        abortSignal,
      }),
    );
    if (!url) throw new OutsideError('SQS_NO_QUEUE_URL', 'SQS returned no URL of the queue.', undefined);
    urls.set(queueArn, url);
    return url;
  }

  async function attempt<Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return await request(AbortSignal.timeout(requestTimeoutMs)).catch((error: unknown) => {
      throw fromAwsError('SQS', error);
    });
  }
}
