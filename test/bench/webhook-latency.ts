import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { storeNewWebhook } from '../../cli/aws/add-webhook.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { startVerifyingReceiver } from '../../infra/local/verifying-receiver.ts';
import { pictureOf } from '../promises/pipeline.ts';

/** Milliseconds from the end of an upload, a value for each picture. */
type WebhookLatencies = {
  /** To the record. */
  readonly toRecord: number[];
  /** To the request that brings the record's event to the receiver. */
  readonly toReading: number[];
  /** To the request that tells of the car's visit. */
  readonly toVisit: number[];
};

/** A webhook that never comes must not hold the bench for ever. */
const patienceMs = 5 * 60_000;

/** Pictures before those that count, so that every function has started. */
const warmUpPictures = 20;
/** Each camera is a site of its own, with a few visits in progress. */
const cameras = 20;

/** Uploads one picture after another, each of another car, and times what a receiver gets once all is warm. */
export async function measureWebhookLatencies(
  pictures: number,
  progress: (done: number) => void,
): Promise<WebhookLatencies> {
  const latencies: WebhookLatencies = { toRecord: [], toReading: [], toVisit: [] };
  const arrivals = new Map<
    PlatelineEvent['type'],
    { readonly event: PlatelineEvent; readonly atMs: number }
  >();
  const stack = await startLocalStack({ events: true });
  const receiver = await startVerifyingReceiver((event) => {
    arrivals.set(event.type, { event, atMs: Date.now() });
  });
  const s3 = new S3Client(stack.s3.clientConfiguration);
  try {
    receiver.trust(await addWebhook(stack, receiver.url));
    for (let number = 0; number < warmUpPictures + pictures; number += 1) {
      arrivals.clear();
      const uploadedAtMs = await upload(s3, stack.bucket, number);
      const reading = await arrivalOf(arrivals, 'reading.final');
      const visit = await arrivalOf(arrivals, 'visit.started');
      if (number < warmUpPictures) continue;
      latencies.toRecord.push(Date.parse(reading.event.time) - uploadedAtMs);
      latencies.toReading.push(reading.atMs - uploadedAtMs);
      latencies.toVisit.push(visit.atMs - uploadedAtMs);
      if (number % 20 === 0) progress(number - warmUpPictures);
    }
    return latencies;
  } finally {
    s3.destroy();
    await stack.stop();
    await receiver.stop();
  }
}

async function arrivalOf<Arrival>(
  arrivals: ReadonlyMap<PlatelineEvent['type'], Arrival>,
  type: PlatelineEvent['type'],
): Promise<Arrival> {
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    const arrival = arrivals.get(type);
    if (arrival !== undefined) return arrival;
    if (Date.now() > deadlineMs) throw new Error(`No webhook ${type} came.`);
    await delay(5);
  }
}

async function addWebhook({ dynamodb, ssm }: LocalStack, url: URL): Promise<string> {
  const store = {
    ...resourcesOf({ stage: 'local' }),
    dynamodb: new DynamoDBClient(dynamodb.directClientConfiguration),
    ssm: new SSMClient(ssm.directClientConfiguration),
  };
  const { secret } = await storeNewWebhook(store, { webhookId: 'bench', url, format: 'json' });
  store.dynamodb.destroy();
  store.ssm.destroy();
  return secret;
}

/** Returns when the upload ended. */
async function upload(s3: S3Client, bucket: string, number: number): Promise<number> {
  const key = `gate-${number % cameras}/${number}.png`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: pictureOf(plateOf(number)) }));
  return Date.now();
}

/** No two are close enough to be taken for one car. */
function plateOf(number: number): string {
  return `${10 + (number % 90)}가${1000 + ((number * 1237) % 9000)}`;
}
