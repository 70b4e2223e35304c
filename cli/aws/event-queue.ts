import { SubscribeCommand, UnsubscribeCommand, type SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A queue that gets the events of a topic from now on. */
export type EventQueue = {
  /** Waits up to 20 seconds for events, as they were published; they are then gone from the queue. */
  receive(signal: AbortSignal): Promise<readonly string[]>;
  /** Ends the subscription: no further event comes. */
  leaveTopic(): Promise<void>;
  /** Deletes the queue, then its subscription. */
  delete(): Promise<void>;
};

type EventQueueOptions = {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly queueName: string;
  /** By the messages' attributes; without it every event comes. */
  readonly filterPolicy?: Readonly<Record<string, readonly string[]>> | undefined;
};

/** For a network that is lost for hours. */
const retentionSeconds = 24 * 3600;
/** The longest that SQS waits. */
const waitSeconds = 20;

/** Makes a queue of its own, and subscribes it to the topic. */
export async function openEventQueue(options: EventQueueOptions): Promise<EventQueue> {
  const { sqs, sns, topicArn, queueName } = options;
  const queueArn = queueArnOf(topicArn, queueName);
  const { QueueUrl: queueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: queueName, Attributes: queueAttributes(topicArn, queueArn) }),
  );
  const deleteQueue = async () => {
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  };
  let subscriptionArn: string | undefined;
  try {
    subscriptionArn = await subscribe(options, queueArn);
  } catch (error) {
    await deleteQueue();
    throw error;
  }

  const leaveTopic = async () => {
    if (subscriptionArn === undefined) return;
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
    subscriptionArn = undefined;
  };
  return {
    async receive(abortSignal) {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
        }),
        { abortSignal },
      );
      if (messages.length > 0) {
        const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      }
      return messages.map(({ Body: body = '' }) => body);
    },
    leaveTopic,
    // In this order: a queue that is left over is found by its subscription.
    async delete() {
      await deleteQueue();
      await leaveTopic();
    },
  };
}

/** Partition, region and account are those of the topic. */
function queueArnOf(topicArn: string, queueName: string): string {
  const [arn, partition, , region, account] = topicArn.split(':');
  return [arn, partition, 'sqs', region, account, queueName].join(':');
}

function queueAttributes(topicArn: string, queueArn: string): Record<string, string> {
  return {
    MessageRetentionPeriod: String(retentionSeconds),
    SqsManagedSseEnabled: 'true',
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AllowEvents',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
        },
        {
          Sid: 'DenyInsecureTransport',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queueArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    }),
  };
}

async function subscribe(
  { sns, topicArn, filterPolicy }: EventQueueOptions,
  queueArn: string,
): Promise<string | undefined> {
  const { SubscriptionArn: subscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      ReturnSubscriptionArn: true,
      Attributes: {
        RawMessageDelivery: 'true',
        ...(filterPolicy && { FilterPolicy: JSON.stringify(filterPolicy) }),
      },
    }),
  );
  return subscriptionArn;
}
