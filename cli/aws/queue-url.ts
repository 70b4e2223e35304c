import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** The URL by which SQS wants a queue to be named; throws where there is no such queue. */
export async function queueUrlOf(sqs: SQSClient, queueName: string): Promise<string> {
  const { QueueUrl: queueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  if (queueUrl === undefined) throw new TypeError('SQS told no URL of the queue.');
  return queueUrl;
}
