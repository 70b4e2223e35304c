import { CreateTableCommand, waitUntilTableExists, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { localTarget } from '../local-target.ts';
import type { TemplateQueue, TemplateTable } from '../template/resource-schemas.ts';
import type { TemplateResources } from '../template/template.ts';
import { createBucketNotifications } from './bucket-notifications.ts';
import { createReadCreatedObject } from './created-object.ts';
import { createEventBridge } from './event-bridge.ts';
import type { LocalClients, LocalServices } from './services.ts';

/** What replaces the template's values. */
export interface ResourceOverrides {
  /** Of the queues that have a dead-letter queue. */
  visibilityTimeoutSeconds?: number;
  maxReceiveCount?: number;
  /** When an object of the bucket is said to be uploaded; the present if absent. */
  uploadTimeOf?: (key: string) => Date;
}

/** Creates the template's queues, topics, tables and buckets. Returns the queues' URLs by their ARNs. */
export async function createResources(
  { bucket, cropsBucket, queues, tables, topics, subscriptions, rules }: TemplateResources,
  { s3 }: LocalServices,
  clients: LocalClients,
  overrides: ResourceOverrides,
): Promise<(queueArn: string) => string> {
  const queueUrls = await createQueues(clients.sqs, Object.values(queues), overrides);
  const queueUrlOf = (queueArn: string): string => {
    const url = queueUrls.get(queueArn);
    if (url === undefined) throw new TypeError(`The template has no queue ${queueArn}.`);
    return url;
  };
  await Promise.all(Object.values(tables).map((table) => createTable(clients.directDynamodb, table)));
  for (const { TopicName: Name } of Object.values(topics))
    await clients.directSns.send(new CreateTopicCommand({ Name }));
  for (const { TopicArn, Protocol, Endpoint } of Object.values(subscriptions)) {
    const subscription = { TopicArn, Protocol, Endpoint, Attributes: { RawMessageDelivery: 'true' } };
    await clients.directSns.send(new SubscribeCommand(subscription));
  }
  await clients.directS3.send(new CreateBucketCommand({ Bucket: bucket.name }));
  await clients.directS3.send(
    new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration: bucket.versioning }),
  );
  await clients.directS3.send(new CreateBucketCommand({ Bucket: cropsBucket.name }));
  const notifications = createBucketNotifications({
    ...localTarget,
    bucket: bucket.name,
    queueUrl: queueUrlOf(bucket.notifiedQueueArn),
    sqs: clients.directSqs,
  });
  await notifications.sendTestEvent();
  const eventBridge = createEventBridge({
    ...localTarget,
    rules: Object.values(rules),
    queueUrlOf,
    s3: clients.directS3,
    sqs: clients.directSqs,
  });
  const readCreatedObject = createReadCreatedObject({
    s3: clients.directS3,
    uploadTimeOf: overrides.uploadTimeOf ?? (() => new Date()),
  });
  s3.onReply(async (request, reply) => {
    const created = await readCreatedObject(request, reply);
    if (created === undefined) return;
    await notifications.announce(created);
    await eventBridge.announce(created);
  });
  return queueUrlOf;
}

/** Puts a SecureString into the parameter store. */
export async function putSecureString(
  client: SSMClient,
  name: string | undefined,
  value: string,
): Promise<void> {
  await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString' }));
}

async function createQueues(
  client: SQSClient,
  queues: readonly TemplateQueue[],
  overrides: ResourceOverrides,
): Promise<ReadonlyMap<string, string>> {
  // SQS refuses a queue whose dead-letter queue does not exist yet.
  const deadLetterQueuesFirst = queues.toSorted(
    (one, other) => Number(hasDeadLetterQueue(one)) - Number(hasDeadLetterQueue(other)),
  );
  const urls = new Map<string, string>();
  for (const queue of deadLetterQueuesFirst) {
    const { QueueUrl: url } = await client.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: attributesOf(queue, overrides) }),
    );
    if (url === undefined) throw new TypeError(`SQS created ${queue.name} but gave no URL.`);
    urls.set(queue.arn, url);
  }
  return urls;
}

function hasDeadLetterQueue({ attributes }: TemplateQueue): boolean {
  return attributes['RedrivePolicy'] !== undefined;
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() });

/** The attributes of the template, with the caller's overrides. */
function attributesOf(
  { attributes }: TemplateQueue,
  { visibilityTimeoutSeconds, maxReceiveCount }: ResourceOverrides,
): Record<string, string> {
  const { RedrivePolicy: policyJson } = attributes;
  if (policyJson === undefined) return attributes;
  const policy = redrivePolicy.parse(JSON.parse(policyJson));
  return {
    ...attributes,
    ...(visibilityTimeoutSeconds !== undefined && { VisibilityTimeout: String(visibilityTimeoutSeconds) }),
    RedrivePolicy: JSON.stringify({ ...policy, ...(maxReceiveCount !== undefined && { maxReceiveCount }) }),
  };
}

async function createTable(client: DynamoDBClient, table: TemplateTable): Promise<void> {
  await client.send(new CreateTableCommand(table));
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 },
    { TableName: table.TableName },
  );
}
