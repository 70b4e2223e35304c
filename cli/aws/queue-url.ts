import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** The URL that SQS requires to address a queue; throws if there is no such queue. */
export async function queueUrlOf(sqs: SQSClient, queueName: string): Promise<string> {
  const { QueueUrl: queueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  if (queueUrl === undefined) throw new TypeError('SQS returned no URL of the queue.');
  return queueUrl;
}
