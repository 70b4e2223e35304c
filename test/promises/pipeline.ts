import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { randomUUID } from 'node:crypto';
import { writeTruth, type PlateTruth } from '../../infra/local/endpoint/picture-truth.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../infra/local/stack.ts';
import { eventually } from '../eventually.ts';

/** A record as the table has it. */
export type StoredRecord = Readonly<Record<string, unknown>>;

/** The whole pipeline on this machine, with what a test needs at both of its ends. */
export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;

export const isFinal = (record: StoredRecord) => record['status'] !== 'PENDING';
/**
 * Released, to be read later. A request to AWS that took too long does not count: no test causes one, so the
 * machine was slow, and the picture comes back.
 */
export const isWaiting = (record: StoredRecord) =>
  record['status'] === 'PENDING' &&
  record['claimUntil'] === 0 &&
  !String(reasonCodeOf(record)).endsWith('_ABORTERROR');

/** The code of the reason why a picture is not (yet) read. */
export function reasonCodeOf({ reason }: StoredRecord): unknown {
  return typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
}

export const plateBox = { x1: 560, y1: 500, x2: 720, y2: 500, x3: 720, y3: 540, x4: 560, y4: 540 };

/** Makes a picture that shows these plates; no two lists make the same bytes. */
export function pictureOf(...plates: (string | PlateTruth)[]): Uint8Array {
  const truths = plates.map((plate) =>
    typeof plate === 'string' ? { plate, confidence: 0.9, box: plateBox } : plate,
  );
  return writeTruth(readSample('empty-road.png'), { plates: truths });
}

/** One record of an S3 event, as S3 writes it for an object of a bucket without versions. */
export function s3EventRecord(bucket: string, encodedKey: string, object: Record<string, unknown> = {}) {
  return {
    eventVersion: '2.5',
    eventSource: 'aws:s3',
    awsRegion: 'ap-northeast-2',
    eventTime: '2026-11-22T08:15:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: bucket },
      object: { key: encodedKey, size: 1000, eTag: randomUUID(), sequencer: '0A', ...object },
    },
  };
}

/** A bucket without versions, whose uploads announce nothing. */
export const quietBucket = 'quiet-bucket';

/** What identifies the bytes of an upload, by the names that an event gives it. */
type UploadedBytes = { readonly eTag: string; readonly versionId: string };

type MessageCounts = { readonly visible: number; readonly invisible: number };

/**
 * Longer than the claim of a lost invocation: two minutes, and a wait of 40 s. A slow machine may lose one.
 */
const usualPatienceMs = 200_000;

/** Starts the pipeline. With `polling: false` all messages before `startPolling()` come in one batch. */
export async function startPipeline(options: LocalStackOptions = {}) {
  const log: string[] = [];
  const stack: LocalStack = await startLocalStack({
    recordRequests: true,
    onOutput: (line) => log.push(line),
    ...options,
  });
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const sqs = new SQSClient(stack.sqs.clientConfiguration);
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  await s3.send(new CreateBucketCommand({ Bucket: quietBucket }));

  async function records(): Promise<StoredRecord[]> {
    const stored: StoredRecord[] = [];
    for await (const page of paginateScan(
      { client: dynamodb },
      { TableName: stack.tableName, ConsistentRead: true },
    )) {
      stored.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    }
    return stored;
  }

  return {
    stack,
    s3,
    sqs,
    records,
    /** Everything the function wrote, line by line. */
    log,

    /** Uploads an object and returns what identifies its bytes; the ETag is without quotes. */
    async upload(
      key: string,
      bytes: Uint8Array,
      metadata: Record<string, string> = {},
    ): Promise<UploadedBytes> {
      const { ETag: etag = '', VersionId: versionId = '' } = await s3.send(
        new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: bytes, Metadata: metadata }),
      );
      return { eTag: etag.replaceAll('"', ''), versionId };
    },

    /** Puts an object into `quietBucket` and returns its record for an event that is sent by hand. */
    async uploadQuietly(key: string, bytes: Uint8Array) {
      const { ETag: etag = '' } = await s3.send(
        new PutObjectCommand({ Bucket: quietBucket, Key: key, Body: bytes }),
      );
      return s3EventRecord(quietBucket, encodeURIComponent(key), {
        size: bytes.length,
        eTag: etag.replaceAll('"', ''),
      });
    },

    /** Sends bodies to the queue in one request; a body that is not a string is sent as JSON. */
    async send(...bodies: unknown[]): Promise<void> {
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: stack.queueUrl,
          Entries: bodies.map((body, index) => ({
            Id: String(index),
            MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
          })),
        }),
      );
    },

    /** Waits until the table's records of this key satisfy the predicate, and returns them. */
    async recordsOf(key: string, areAsAsked: (records: StoredRecord[]) => boolean): Promise<StoredRecord[]> {
      let ofKey: StoredRecord[] = [];
      const look = async () => {
        ofKey = (await records()).filter((record) => record['key'] === key);
        return areAsAsked(ofKey) ? ofKey : undefined;
      };
      return await eventually(`the records of ${key}`, look, {
        patienceMs: usualPatienceMs,
        lastSeen: () => ofKey,
      });
    },

    /** Waits until the only record of this key satisfies the predicate, and returns it. */
    async recordOf(key: string, isAsAsked: (record: StoredRecord) => boolean): Promise<StoredRecord> {
      const found = await this.recordsOf(key, (ofKey) => ofKey.some(isAsAsked));
      const [record, ...others] = found;
      if (!record || others.length > 0) throw new Error(`${key} has ${found.length} records.`);
      return record;
    },

    /** Waits until the queue has no message, neither visible nor in flight. */
    async queueIsEmpty(patienceMs = usualPatienceMs): Promise<void> {
      await messageCountsAre(
        'an empty queue',
        (counts) => counts.visible + counts.invisible === 0,
        patienceMs,
      );
    },

    /** Waits until this many messages are in flight or waiting, and none is visible. */
    async messagesWaiting(count: number): Promise<void> {
      await messageCountsAre(
        `${count} waiting messages`,
        (counts) => counts.visible === 0 && counts.invisible === count,
        usualPatienceMs,
      );
    },

    /** Waits for this many messages in the dead-letter queue, and receives them. */
    async deadLetters(count: number): Promise<Message[]> {
      const taken: Message[] = [];
      const look = async () => {
        const { Messages: messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: stack.deadLetterQueueUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            WaitTimeSeconds: 0,
          }),
        );
        taken.push(...messages);
        return taken.length >= count ? taken : undefined;
      };
      return await eventually(`${count} messages in the dead-letter queue`, look, {
        patienceMs: usualPatienceMs,
        lastSeen: () => taken,
      });
    },

    async deadLetterCount(): Promise<number> {
      return (await messageCounts(stack.deadLetterQueueUrl)).visible;
    },

    async stop(): Promise<void> {
      for (const client of [s3, sqs, dynamodb]) client.destroy();
      await stack.stop();
    },
  };

  async function messageCountsAre(
    what: string,
    areAsAsked: (counts: MessageCounts) => boolean,
    patienceMs: number,
  ): Promise<void> {
    let counts: MessageCounts | undefined;
    const look = async () => {
      counts = await messageCounts(stack.queueUrl);
      return areAsAsked(counts) || undefined;
    };
    await eventually(what, look, { patienceMs, lastSeen: () => counts });
  }

  async function messageCounts(queueUrl: string): Promise<MessageCounts> {
    const { Attributes: attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    return {
      visible: Number(attributes.ApproximateNumberOfMessages),
      invisible: Number(attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }
}
