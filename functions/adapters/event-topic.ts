import { PublishBatchCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { PlatelineEvent } from '../core/event/event.ts';
import { OutsideError } from '../core/record/reason.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type EventTopic = ReturnType<typeof createEventTopic>;

/** SNS's limit for one PublishBatch. */
const batchSize = 10;
const requestTimeoutMs = 5000;

/** The topic of all events. */
export function createEventTopic(topicArn: string, config: SNSClientConfig = {}) {
  const client = lazily(() => new SNSClient(config));

  return {
    /** Publishes all events; throws an OutsideError `SNS_…` where SNS did not take one of them. */
    async publish(events: readonly PlatelineEvent[]): Promise<void> {
      for (let first = 0; first < events.length; first += batchSize) {
        await publishBatch(events.slice(first, first + batchSize));
      }
    },
  };

  async function publishBatch(events: readonly PlatelineEvent[]): Promise<void> {
    const { Failed: failed = [] } = await client()
      .send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: events.map((event, index) => ({
            Id: String(index),
            Message: JSON.stringify(event),
            MessageAttributes: attributesOf(event),
          })),
        }),
        { abortSignal: AbortSignal.timeout(requestTimeoutMs) },
      )
      .catch((error: unknown) => {
        throw fromAwsError('SNS', error);
      });
    if (failed.length > 0) throw new OutsideError('SNS_NOT_PUBLISHED', 'SNS did not take an event.', failed);
  }
}

/** For filter policies of subscriptions. */
function attributesOf(event: PlatelineEvent) {
  const { type, data } = event;
  const values = {
    type,
    ...('site' in data && { site: data.site }),
    ...('list' in data && { list: data.list }),
    ...('camera' in data && data.camera !== undefined && { camera: data.camera }),
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
