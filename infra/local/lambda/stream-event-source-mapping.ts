import { setImmediate as afterWhatComesNow, setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { StreamRecord, TableStream } from '../aws/table-stream.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { Sandbox } from './sandbox.ts';

interface StreamEventSourceMappingOptions {
  stream: TableStream;
  streamArn: string;
  region: string;
  batchSize: number;
  bisectBatchOnFunctionError: boolean;
  maximumRecordAgeSeconds: number;
  /** The statuses of records that the function receives. */
  statuses: readonly string[];
  sqs: SQSClient;
  /** Receives a message for each batch that is given up. */
  failureQueueUrl: string;
  /** One for each shard of the stream. */
  sandboxes: readonly Sandbox[];
  onOutput: (line: string) => void;
}

const [firstRetryMs, longestRetryMs] = [100, 5000];

const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullable();

/**
 * Invokes the function with the records of each shard in order, as Lambda does: a batch is repeated from its
 * first failed record, a batch whose invocation fails is cut in halves, and records that are too old are given
 * up.
 */
export function createStreamEventSourceMapping(options: StreamEventSourceMappingOptions): EventSourceMapping {
  const { stream, statuses, sandboxes } = options;
  const stopped = new AbortController();
  const shards = sandboxes.map((sandbox) => createShard(options, sandbox, stopped.signal));
  let isStarted = false;
  return {
    start: () => {
      if (isStarted) return;
      isStarted = true;
      stream.subscribe((record) => {
        if (!statuses.includes(record.newImage['status']?.S ?? '')) return;
        shards[shardOf(record.itemKey, shards.length)]?.add(record);
      });
    },
    stop: () => {
      stopped.abort();
    },
  };
}

function createShard(options: StreamEventSourceMappingOptions, sandbox: Sandbox, signal: AbortSignal) {
  const { batchSize, bisectBatchOnFunctionError, maximumRecordAgeSeconds, onOutput } = options;
  const waiting: StreamRecord[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    await afterWhatComesNow();
    let [size, retries] = [batchSize, 0];
    while (waiting.length > 0 && !signal.aborted) {
      const batch = waiting.slice(0, size);
      const result = await sandbox.invoke({ Records: batch.map((record) => recordOf(record, options)) });
      const done = result.kind === 'returned' ? recordsDone(result.json, batch) : undefined;
      if (done !== undefined && done > 0) {
        waiting.splice(0, done);
        [size, retries] = [batchSize, 0];
        continue;
      }
      if (result.kind !== 'returned') {
        onOutput(`The invocation with ${batch.length} records failed: ${result.kind}`);
      }
      if (Date.now() - (batch[0]?.writtenAtMs ?? 0) > 1000 * maximumRecordAgeSeconds) {
        await giveUp(batch, options);
        waiting.splice(0, batch.length);
        continue;
      }
      if (done === undefined && bisectBatchOnFunctionError) size = Math.ceil(batch.length / 2);
      await delay(Math.min(longestRetryMs, firstRetryMs * 2 ** retries), undefined, { signal }).catch(
        () => undefined,
      );
      retries += 1;
    }
  };

  return {
    add: (record: StreamRecord) => {
      waiting.push(record);
      if (isRunning) return;
      isRunning = true;
      run().then(
        () => (isRunning = false),
        (error: unknown) => {
          isRunning = false;
          onOutput(`The event source mapping failed: ${String(error)}`);
        },
      );
    },
  };
}

/** How many records from the first on are done; undefined for a response that fails the whole batch. */
function recordsDone(json: string, batch: readonly StreamRecord[]): number | undefined {
  const response = batchResponse.safeParse(JSON.parse(json));
  if (!response.success) return undefined;
  const failed = new Set(response.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const firstFailed = batch.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber));
  return firstFailed < 0 ? batch.length : firstFailed;
}

async function giveUp(
  batch: readonly StreamRecord[],
  { sqs, failureQueueUrl, streamArn }: StreamEventSourceMappingOptions,
): Promise<void> {
  const moments = batch.map(({ writtenAtMs }) => new Date(writtenAtMs).toISOString());
  const body = {
    requestContext: { condition: 'RecordAgeExceeded' },
    DDBStreamBatchInfo: {
      streamArn,
      startSequenceNumber: batch[0]?.sequenceNumber,
      endSequenceNumber: batch.at(-1)?.sequenceNumber,
      approximateArrivalOfFirstRecord: moments[0],
      approximateArrivalOfLastRecord: moments.at(-1),
      batchSize: batch.length,
    },
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: failureQueueUrl, MessageBody: JSON.stringify(body) }));
}

function recordOf(
  { sequenceNumber, newImage, writtenAtMs }: StreamRecord,
  { streamArn, region }: StreamEventSourceMappingOptions,
) {
  return {
    eventID: sequenceNumber,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: streamArn,
    dynamodb: {
      ApproximateCreationDateTime: writtenAtMs / 1000,
      // Records have no binary attributes, so their images are JSON.
      NewImage: z.json().parse(newImage),
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_IMAGE',
    },
  };
}

function shardOf(itemKey: string, shards: number): number {
  return Array.from(itemKey).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % shards;
}
