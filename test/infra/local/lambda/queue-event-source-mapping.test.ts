import assert from 'node:assert/strict';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../../../infra/local/stack.ts';
import { eventually } from '../../../eventually.ts';
import { writeFunction } from './stack-function.ts';

const deliverySchema = z.object({
  processId: z.number(),
  atMs: z.number(),
  records: z.array(
    z.looseObject({
      messageId: z.string(),
      body: z.string(),
      attributes: z.looseObject({ ApproximateReceiveCount: z.string() }),
    }),
  ),
});
type Delivery = z.infer<typeof deliverySchema>;

/** Starts a stack whose function records each delivery of a test's messages, then calls `respond`. */
async function startWithFunction(context: TestContext, respond: string, options: LocalStackOptions = {}) {
  const functionPath = writeFunction(`
    const respond = ${respond};
    export const handler = async ({ Records }) => {
      const records = Records.filter(({ body }) => !body.includes('s3:TestEvent'));
      if (records.length === 0) return;
      console.log(JSON.stringify({ processId: process.pid, atMs: Date.now(), records }));
      return await respond(records);
    };
  `);
  const deliveries: Delivery[] = [];
  const log: string[] = [];
  const onOutput = (line: string) => {
    if (line.startsWith('{"processId"')) deliveries.push(deliverySchema.parse(JSON.parse(line)));
    else log.push(line);
  };
  const stack = await startLocalStack({
    concurrency: 1,
    modulePaths: { 'read-plate': functionPath },
    onOutput,
    ...options,
  });
  const sqs = new SQSClient(stack.sqs.clientConfiguration);
  context.onTestFinished(async () => {
    sqs.destroy();
    await stack.stop();
  });
  const received = (body: string) =>
    deliveries.flatMap(({ records, ...delivery }) =>
      records.filter((record) => record.body === body).map((record) => ({ ...delivery, record })),
    );
  return {
    stack,
    deliveries,
    log,
    /** Deliveries of one message, by its body. */
    received,
    receivedTimes: (body: string, times: number) =>
      eventually(`${times} deliveries of ${body}`, () =>
        received(body).length >= times ? received(body) : undefined,
      ),
    send: (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody: body })),
    sendTogether: (bodies: string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: stack.queueUrl,
          Entries: bodies.map((body, index) => ({ Id: String(index), MessageBody: body })),
        }),
      ),
    queueEmpty: () =>
      eventually('an empty queue', async () => ((await messageCount(sqs, stack)) === 0 ? true : undefined)),
    deadLetter: () =>
      eventually('a dead letter', async () => {
        const { Messages } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: stack.deadLetterQueueUrl }),
        );
        return Messages?.[0];
      }),
  };
}

async function messageCount(sqs: SQSClient, { queueUrl }: LocalStack): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}

describe('the local event source mapping of a queue', { concurrent: true }, () => {
  test('deletes the messages of a batch in which none failed', async (context) => {
    const { send, receivedTimes, queueEmpty } = await startWithFunction(
      context,
      '() => ({ batchItemFailures: [] })',
    );
    await send('one');
    await receivedTimes('one', 1);
    await queueEmpty();
  });

  test('leaves messages in the queue until polling starts, then delivers them together', async (context) => {
    const { stack, sendTogether, deliveries, receivedTimes, queueEmpty } = await startWithFunction(
      context,
      '() => undefined',
      { polling: false },
    );
    await sendTogether(['one', 'two', 'three']);
    stack.startPolling();
    await receivedTimes('three', 1);
    await queueEmpty();
    assert.deepEqual(
      deliveries.map(({ records }) => records.map(({ body }) => body)),
      [['one', 'two', 'three']],
    );
  });

  test('redelivers only the message that failed', async (context) => {
    const { sendTogether, received, receivedTimes, queueEmpty } = await startWithFunction(
      context,
      `(records) => ({
        batchItemFailures: records
          .filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      })`,
      { visibilityTimeoutSeconds: 1 },
    );
    await sendTogether(['good', 'bad']);
    const counts = (await receivedTimes('bad', 2)).map(
      ({ record }) => record.attributes.ApproximateReceiveCount,
    );
    await queueEmpty();
    assert.deepEqual(counts, ['1', '2']);
    assert.equal(received('good').length, 1);
  });

  test('redelivers the whole batch if the function throws', async (context) => {
    const { sendTogether, receivedTimes, queueEmpty, log } = await startWithFunction(
      context,
      `([{ attributes }]) => {
        if (attributes.ApproximateReceiveCount === '1') throw new Error('out of order');
      }`,
      { visibilityTimeoutSeconds: 1 },
    );
    await sendTogether(['one', 'two']);
    await receivedTimes('one', 2);
    await receivedTimes('two', 2);
    await queueEmpty();
    assert.match(log.join('\n'), /out of order/);
  });

  test('kills the sandbox at the time-out, and redelivers the batch after its visibility time-out', async (context) => {
    const { send, receivedTimes, queueEmpty } = await startWithFunction(
      context,
      `([{ attributes }]) => attributes.ApproximateReceiveCount === '1'
        ? new Promise((resolve) => setTimeout(resolve, 3_600_000))
        : { batchItemFailures: [] }`,
      { functionTimeoutSeconds: 0.3, visibilityTimeoutSeconds: 2 },
    );
    await send('slow');
    const [first, second] = await receivedTimes('slow', 2);
    await queueEmpty();
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(first.processId, second.processId);
    assert.throws(() => process.kill(first.processId, 0), { code: 'ESRCH' });
    assert.ok(second.atMs - first.atMs >= 1900, `came back after ${second.atMs - first.atMs} ms`);
  });

  test('starts a new sandbox after a crash', async (context) => {
    const { send, receivedTimes, queueEmpty } = await startWithFunction(
      context,
      `([{ attributes }]) => { if (attributes.ApproximateReceiveCount === '1') process.exit(1); }`,
      { visibilityTimeoutSeconds: 1 },
    );
    await send('one');
    const [first, second] = await receivedTimes('one', 2);
    await queueEmpty();
    assert.notEqual(first?.processId, second?.processId);
  });

  test('reuses a warm sandbox for the next batch', async (context) => {
    const { send, receivedTimes } = await startWithFunction(context, '() => undefined');
    await send('one');
    const [first] = await receivedTimes('one', 1);
    await send('two');
    const [second] = await receivedTimes('two', 1);
    assert.equal(first?.processId, second?.processId);
  });

  test('moves a message to the dead-letter queue after the allowed number of receives', async (context) => {
    const { send, received, deadLetter, queueEmpty } = await startWithFunction(
      context,
      `() => { throw new Error('never'); }`,
      { visibilityTimeoutSeconds: 0, maxReceiveCount: 3 },
    );
    await send('hopeless');
    const letter = await deadLetter();
    await queueEmpty();
    assert.equal(letter.Body, 'hopeless');
    assert.equal(received('hopeless').length, 3);
  });

  const successes = ['undefined', 'null', '{}', '{ batchItemFailures: null }', '{ batchItemFailures: [] }'];
  for (const response of successes) {
    test(`counts the response ${response} as a success of the whole batch`, async (context) => {
      const { send, receivedTimes, queueEmpty } = await startWithFunction(context, `() => (${response})`);
      await send('one');
      await receivedTimes('one', 1);
      await queueEmpty();
    });
  }

  const failures = [
    `'done'`,
    `{ batchItemFailures: {} }`,
    `{ batchItemFailures: [{ itemIdentifier: '' }] }`,
    `{ batchItemFailures: [{ itemIdentifier: null }] }`,
    `{ batchItemFailures: [{ messageId: records[0].messageId }] }`,
    `{ batchItemFailures: [{ itemIdentifier: 'a message of another batch' }] }`,
  ];
  for (const response of failures) {
    test(`counts the response ${response} as a failure of the whole batch`, async (context) => {
      const { send, deadLetter } = await startWithFunction(context, `(records) => (${response})`, {
        visibilityTimeoutSeconds: 0,
        maxReceiveCount: 1,
      });
      await send('one');
      assert.equal((await deadLetter()).Body, 'one');
    });
  }

  test('delivers at most as many messages at once as the template allows', async (context) => {
    const { sendTogether, deliveries, queueEmpty } = await startWithFunction(context, '() => undefined');
    await Promise.all(
      [1, 2, 3].map((batch) => sendTogether(Array.from({ length: 10 }, (_, index) => `${batch}-${index}`))),
    );
    await eventually('30 messages', () =>
      deliveries.flatMap(({ records }) => records).length === 30 ? true : undefined,
    );
    await queueEmpty();
    assert.equal(Math.max(...deliveries.map(({ records }) => records.length)), 10);
  });

  test('runs as many batches at once as it may', async (context) => {
    const { stack, receivedTimes, send } = await startWithFunction(
      context,
      '() => new Promise((resolve) => setTimeout(resolve, 3_600_000))',
      { concurrency: 2 },
    );
    await send('one');
    await receivedTimes('one', 1);
    await send('two');
    await receivedTimes('two', 1);
    await stack.killSandboxes();
  });

  test('passes a message in the shape of Lambda', async (context) => {
    const { stack, receivedTimes } = await startWithFunction(context, '() => undefined');
    const sqs = new SQSClient(stack.sqs.clientConfiguration);
    context.onTestFinished(() => {
      sqs.destroy();
    });
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.queueUrl,
        MessageBody: '가',
        MessageAttributes: {
          camera: { DataType: 'String', StringValue: 'gate-north' },
          digest: { DataType: 'Binary', BinaryValue: Buffer.from('bytes') },
        },
      }),
    );
    const [delivery] = await receivedTimes('가', 1);
    assert.ok(delivery !== undefined);
    const { receiptHandle, attributes, ...record } = delivery.record;
    assert.equal(typeof receiptHandle, 'string');
    assert.deepEqual(Object.keys(attributes).sort(), [
      'ApproximateFirstReceiveTimestamp',
      'ApproximateReceiveCount',
      'SenderId',
      'SentTimestamp',
    ]);
    assert.deepEqual(record, {
      messageId: sent.MessageId,
      body: '가',
      md5OfBody: sent.MD5OfMessageBody,
      messageAttributes: {
        camera: { dataType: 'String', stringValue: 'gate-north', stringListValues: [], binaryListValues: [] },
        digest: { dataType: 'Binary', binaryValue: 'Ynl0ZXM=', stringListValues: [], binaryListValues: [] },
      },
      eventSource: 'aws:sqs',
      eventSourceARN: stack.queueArn,
      awsRegion: 'ap-northeast-2',
    });
  });
});
