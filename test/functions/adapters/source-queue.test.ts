import assert from 'node:assert/strict';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { request } from 'undici';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { createSourceQueue } from '../../../functions/adapters/source-queue.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { jsonError, startFaultProxy, type Fault } from '../../../infra/local/aws/fault-proxy.ts';
import { startS3AndSqs } from '../../../infra/local/aws/s3-and-sqs.ts';
import { clientConfiguration } from './client-configuration.ts';

const queueName = 'pictures';
const deadLetterQueueName = 'pictures-dead-letter';
const queueArn = `arn:aws:sqs:ap-northeast-2:000000000000:${queueName}`;
const deadLetterQueueArn = `arn:aws:sqs:ap-northeast-2:000000000000:${deadLetterQueueName}`;

const visibilityTimeoutSeconds = 300;

/** What fauxqs shows of a queue without receiving from it. */
const inspectedQueue = z.object({
  messages: z.object({
    ready: z.array(z.object({ body: z.string() })),
    inflight: z.array(z.object({ message: z.object({ body: z.string() }), visibilityDeadline: z.number() })),
  }),
});

async function startQueue(t: TestContext, config: SQSClientConfig = {}) {
  const sqs = await startS3AndSqs('ap-northeast-2');
  const proxy = await startFaultProxy({ targetUrl: sqs.url, port: 0, recordRequests: true });
  const client = new SQSClient(clientConfiguration(sqs.url));
  t.onTestFinished(async () => {
    client.destroy();
    await proxy.stop();
    await sqs.stop();
  });
  const { QueueUrl: deadLetterQueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: deadLetterQueueName }),
  );
  const { QueueUrl: queueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: queueName,
      Attributes: {
        VisibilityTimeout: String(visibilityTimeoutSeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: 5 }),
      },
    }),
  );
  // The queue's URL has the address of the client's request, so every request of the adapter goes through the
  // proxy.
  const queue = createSourceQueue({ ...clientConfiguration(proxy.url), ...config });

  return {
    queue,
    countOf: (operation: string) => proxy.requests.filter((sent) => sent.operation === operation).length,
    fail: (operation: string, fault: Fault, times = 1) => {
      proxy.fail({ when: (sent) => sent.operation === operation, times, fault });
    },
    /** What the adapter asked SQS to send. */
    sentMessages: () =>
      proxy.requests
        .filter(({ operation }) => operation === 'SendMessage')
        .map(({ body }) => sendMessage.parse(JSON.parse(String(body)))),
    /** Sends messages and receives them all; the bodies show whose receipt handle each is. */
    receive: async (bodies: readonly string[]) => {
      for (const body of bodies) {
        await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
      }
      const received: { body: string; receiptHandle: string }[] = [];
      while (received.length < bodies.length) {
        const { Messages: messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
        );
        assert(messages.length > 0, 'SQS gave no more messages.');
        received.push(
          ...messages.map(({ Body: body = '', ReceiptHandle: receiptHandle = '' }) => ({
            body,
            receiptHandle,
          })),
        );
      }
      return received;
    },
    /** The bodies of the messages that are invisible now, and for how many more seconds. */
    secondsInvisible: async () => {
      const { body } = await request(`${sqs.url}/_fauxqs/queues/${queueName}`);
      const { messages } = inspectedQueue.parse(await body.json());
      const inspectedAtMs = Date.now();
      return new Map(
        messages.inflight.map(({ message, visibilityDeadline }) => [
          message.body,
          (visibilityDeadline - inspectedAtMs) / 1000,
        ]),
      );
    },
    parkedMessages: async () => {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
        }),
      );
      return messages;
    },
  };
}

const sendMessage = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.number(),
});

describe('a message that is sent again', () => {
  test('is a new one in its own queue, with its body and at most the delay that SQS allows', async (t) => {
    const { queue, sentMessages } = await startQueue(t);
    await queue.renew(queueArn, 'held for an hour', 3600);
    await queue.renew(queueArn, 'held for a minute', 60);
    assert.deepEqual(
      sentMessages().map(({ QueueUrl, ...sent }) => ({ ...sent, queue: QueueUrl.split('/').at(-1) })),
      [
        { MessageBody: 'held for an hour', DelaySeconds: 900, queue: queueName },
        { MessageBody: 'held for a minute', DelaySeconds: 60, queue: queueName },
      ],
    );
  });

  test('is an error where SQS refuses it', async (t) => {
    const { queue, fail } = await startQueue(t);
    fail('SendMessage', jsonError('AccessDenied'));
    await assert.rejects(queue.renew(queueArn, 'held', 60), isOutsideError('SQS_ACCESSDENIED'));
  });
});

function isOutsideError(code: string) {
  return (error: unknown) => {
    assert(error instanceof OutsideError);
    assert.equal(error.code, code);
    return true;
  };
}

describe('messages that come back', () => {
  test('stay invisible, each for its own time', async (t) => {
    const { queue, receive, secondsInvisible } = await startQueue(t);
    const delays = new Map([
      ['soon', 20],
      ['later', 900],
      ['much later', 40_000],
    ]);
    const received = await receive([...delays.keys()]);
    await queue.delay(
      queueArn,
      received.map(({ body, receiptHandle }) => ({ receiptHandle, delaySeconds: delays.get(body) ?? 0 })),
    );
    const invisible = await secondsInvisible();
    for (const [body, delaySeconds] of delays) {
      const left = invisible.get(body) ?? 0;
      assert(left > delaySeconds - 10 && left <= delaySeconds, `${body} is back in ${left} s`);
    }
  });

  test('are delayed although one receipt handle has expired, and that one is returned', async (t) => {
    const { queue, receive, secondsInvisible } = await startQueue(t);
    const [message] = await receive(['good']);
    assert(message);
    const stale = { receiptHandle: 'no-handle-of-this-queue', delaySeconds: 1000 };
    const failed = await queue.delay(queueArn, [
      stale,
      { receiptHandle: message.receiptHandle, delaySeconds: 1000 },
    ]);
    assert.deepEqual(failed, [stale]);
    const left = (await secondsInvisible()).get('good') ?? 0;
    assert(left > visibilityTimeoutSeconds, `it is back in ${left} s`);
  });
});

describe('parking', () => {
  const awkwardBody = '{"not": "an S3 event", "가": "+%2B \\u0000"}\n';

  test('sends the unchanged body to the dead-letter queue of the redrive policy', async (t) => {
    const { queue, parkedMessages } = await startQueue(t);
    await queue.park(queueArn, awkwardBody, 'The body is not an S3 notification.');
    assert.deepEqual(
      (await parkedMessages()).map(({ Body: body }) => body),
      [awkwardBody],
    );
  });

  test('adds the fault as an attribute', async (t) => {
    const { queue, parkedMessages } = await startQueue(t);
    await queue.park(queueArn, awkwardBody, 'The body is not an S3 notification.');
    const [message] = await parkedMessages();
    assert.equal(message?.MessageAttributes?.['fault']?.StringValue, 'The body is not an S3 notification.');
  });

  test('omits the fault where the body leaves no room for it', async (t) => {
    const { queue, parkedMessages } = await startQueue(t);
    const body = 'x'.repeat(1024 * 1024);
    await queue.park(queueArn, body, 'The body is not JSON.');
    const [message] = await parkedMessages();
    assert.deepEqual([message?.Body?.length, message?.MessageAttributes], [body.length, undefined]);
  });
});

describe('a queue’s URL', () => {
  test('is requested once, however often the queue is used', async (t) => {
    const { queue, receive, countOf } = await startQueue(t);
    const [message] = await receive(['message']);
    const returning = [{ receiptHandle: message?.receiptHandle ?? '', delaySeconds: 20 }];
    await Promise.all([queue.delay(queueArn, returning), queue.delay(queueArn, returning)]);
    await queue.delay(queueArn, returning);
    assert.equal(countOf('GetQueueUrl'), 1);
  });

  test('is requested again after a failure', async (t) => {
    const { queue, parkedMessages, fail } = await startQueue(t, { maxAttempts: 1 });
    fail('GetQueueUrl', jsonError('InternalFailure', 500));
    await assert.rejects(queue.park(queueArn, 'body', 'fault'), OutsideError);
    await queue.park(queueArn, 'body', 'fault');
    assert.equal((await parkedMessages()).length, 1);
  });
});

describe('a failure of SQS', () => {
  test('while delaying is an error', async (t) => {
    const { queue, receive, fail } = await startQueue(t, { maxAttempts: 1 });
    const [message] = await receive(['message']);
    fail('ChangeMessageVisibilityBatch', jsonError('AccessDeniedException'));
    await assert.rejects(
      queue.delay(queueArn, [{ receiptHandle: message?.receiptHandle ?? '', delaySeconds: 20 }]),
      isOutsideError('SQS_ACCESSDENIEDEXCEPTION'),
    );
  });

  for (const operation of ['GetQueueUrl', 'GetQueueAttributes', 'SendMessage']) {
    test(`while parking, at ${operation}, is an error`, async (t) => {
      const { queue, fail } = await startQueue(t, { maxAttempts: 1 });
      fail(operation, jsonError('RequestThrottled'));
      await assert.rejects(queue.park(queueArn, 'body', 'fault'), isOutsideError('SQS_REQUESTTHROTTLED'));
    });
  }

  test('that passes costs one retry', async (t) => {
    const { queue, parkedMessages, fail } = await startQueue(t);
    fail('GetQueueUrl', jsonError('InternalFailure', 500));
    await queue.park(queueArn, 'body', 'fault');
    assert.equal((await parkedMessages()).length, 1);
  });
});
