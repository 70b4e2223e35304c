import assert from 'node:assert/strict';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { startS3AndSqs } from '../../../../infra/local/aws/s3-and-sqs.ts';
import type { StreamRecord, TableStream } from '../../../../infra/local/aws/table-stream.ts';
import type { Sandbox } from '../../../../infra/local/lambda/sandbox.ts';
import { createStreamEventSourceMapping } from '../../../../infra/local/lambda/stream-event-source-mapping.ts';
import { eventually } from '../../../eventually.ts';

type Result = Awaited<ReturnType<Sandbox['invoke']>>;

const delivered = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) })),
});
const returned = (response: object | null): Result => ({ kind: 'returned', json: JSON.stringify(response) });
const failed = (...sequenceNumbers: string[]): Result =>
  returned({ batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })) });

/** A mapping over records with the numbers 1 to `records`, all of one item; `respond` gets each batch's. */
async function startMapping(
  context: TestContext,
  respond: (batch: readonly string[], attempt: number) => Result,
  { records, ageSeconds = 0 }: { readonly records: number; readonly ageSeconds?: number },
) {
  const server = await startS3AndSqs('ap-northeast-2');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint: server.url, region: 'ap-northeast-2', credentials });
  const { QueueUrl: failureQueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'lost' }));
  const batches: string[][] = [];
  const sandbox: Sandbox = {
    invoke: (event) => {
      const batch = delivered.parse(event).Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      batches.push(batch);
      return Promise.resolve(respond(batch, batches.length));
    },
    kill: () => Promise.resolve(),
  };
  const stream: TableStream = {
    onReply: () => Promise.resolve(),
    subscribe: (listener) => {
      for (let number = 1; number <= records; number += 1) listener(recordOf(String(number), ageSeconds));
    },
  };
  const mapping = createStreamEventSourceMapping({
    stream,
    sqs,
    failureQueueUrl,
    streamArn: 'arn:aws:dynamodb:ap-northeast-2:000000000000:table/readings/stream/local',
    region: 'ap-northeast-2',
    batchSize: 4,
    bisectBatchOnFunctionError: true,
    maximumRecordAgeSeconds: 3600,
    statuses: ['READ'],
    sandboxes: [sandbox],
    onOutput: () => undefined,
  });
  context.onTestFinished(async () => {
    mapping.stop();
    sqs.destroy();
    await server.stop();
  });
  mapping.start();
  return {
    batches,
    givenUp: async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: failureQueueUrl }));
      return Messages?.[0]?.Body;
    },
  };
}

function recordOf(sequenceNumber: string, ageSeconds: number): StreamRecord {
  return {
    sequenceNumber,
    itemKey: 'one',
    newImage: { status: { S: sequenceNumber === '13' ? 'PENDING' : 'READ' } },
    writtenAtMs: Date.now() - 1000 * ageSeconds,
  };
}

const until = (batches: readonly string[][], last: string) =>
  eventually(`record ${last}`, () => (batches.at(-1)?.at(-1) === last ? true : undefined));

describe('the event source mapping of a stream', () => {
  test('delivers records in order, and none that the filter refuses', async (context) => {
    const { batches } = await startMapping(context, () => returned(null), { records: 14 });
    await until(batches, '14');
    assert.deepEqual(batches.flat(), ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '14']);
  });

  test('repeats a batch from its first failed record on', async (context) => {
    const { batches } = await startMapping(
      context,
      (_, attempt) => (attempt === 1 ? failed('3', '2') : returned(null)),
      { records: 4 },
    );
    await eventually('a second batch', () => batches[1]);
    assert.deepEqual(batches, [
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
    ]);
  });

  test('cuts a batch in halves when its invocation dies, so that the others come through', async (context) => {
    const { batches } = await startMapping(
      context,
      (batch) => (batch.length > 1 && batch.includes('2') ? { kind: 'exited' } : returned(null)),
      { records: 5 },
    );
    await eventually('the seventh batch', () => batches[6]);
    assert.deepEqual(batches, [
      ['1', '2', '3', '4'],
      ['1', '2'],
      ['1'],
      ['2', '3', '4', '5'],
      ['2', '3'],
      ['2'],
      ['3', '4', '5'],
    ]);
  });

  test('gives a batch up that is too old, and says so at the failure destination', async (context) => {
    const { batches, givenUp } = await startMapping(context, () => failed('1'), {
      records: 1,
      ageSeconds: 3601,
    });
    const body = await eventually('the message', givenUp);
    assert.deepEqual(batches, [['1']]);
    const { DDBStreamBatchInfo: info } = z
      .object({ DDBStreamBatchInfo: z.object({ startSequenceNumber: z.string(), batchSize: z.number() }) })
      .parse(JSON.parse(body));
    assert.deepEqual(info, { startSequenceNumber: '1', batchSize: 1 });
  });
});
