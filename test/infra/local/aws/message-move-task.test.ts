import assert from 'node:assert/strict';
import {
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import type { LoopbackServer } from '../../../../infra/local/loopback-server.ts';
import { startS3AndSqs } from '../../../../infra/local/aws/s3-and-sqs.ts';
import { eventually } from '../../../eventually.ts';

const region = 'ap-northeast-2';
const arnOf = (name: string) => `arn:aws:sqs:${region}:000000000000:${name}`;

let server: LoopbackServer;
let sqs: SQSClient;
const queueUrls: Record<string, string> = {};

beforeAll(async () => {
  server = await startS3AndSqs(region);
  sqs = new SQSClient({
    endpoint: server.url,
    region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const create = async (name: string, attributes: Record<string, string> = {}) => {
    queueUrls[name] =
      (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl ?? '';
  };
  await create('dead-letters');
  await create('pictures', {
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead-letters'), maxReceiveCount: 1 }),
  });
  await create('others');
});
beforeEach(async () => {
  for (const QueueUrl of Object.values(queueUrls)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
});
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

async function send(queue: string, body: string) {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrls[queue],
      MessageBody: body,
      MessageAttributes: { fault: { DataType: 'String', StringValue: 'a fault' } },
    }),
  );
}

async function sendTen(queue: string) {
  const entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: 'any' }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrls[queue], Entries: entries }));
}

const receive = async (queue: string) =>
  (
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrls[queue],
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 0,
      }),
    )
  ).Messages ?? [];

const bodiesIn = async (queue: string) => (await receive(queue)).map(({ Body }) => Body);

/** Sends a message to the queue `pictures`, and receives it until it is a dead letter. */
async function sendDeadLetter(body: string) {
  await send('pictures', body);
  await receive('pictures');
  assert.deepEqual(await bodiesIn('pictures'), []);
}

const start = (sourceArn: string, destinationArn?: string) =>
  sqs.send(new StartMessageMoveTaskCommand({ SourceArn: sourceArn, DestinationArn: destinationArn }));

const tasks = async (maxResults?: number) =>
  (
    await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead-letters'), MaxResults: maxResults }),
    )
  ).Results ?? [];

const endOfTask = () =>
  eventually('the end of the task', async () => (await tasks()).find(({ Status }) => Status !== 'RUNNING'));

describe('a message move task', () => {
  test('moves dead letters with their attributes to the named queue', async () => {
    await sendDeadLetter('a picture');
    await start(arnOf('dead-letters'), arnOf('others'));
    assert.equal((await endOfTask()).Status, 'COMPLETED');
    const [message, ...rest] = await receive('others');
    assert.equal(message?.Body, 'a picture');
    assert.equal(message.MessageAttributes?.['fault']?.StringValue, 'a fault');
    assert.deepEqual(rest, []);
    assert.deepEqual(await bodiesIn('dead-letters'), []);
  });

  test('moves dead letters back to their source queues if no queue is named', async () => {
    await sendDeadLetter('a picture');
    await start(arnOf('dead-letters'));
    assert.equal((await endOfTask()).Status, 'COMPLETED');
    assert.deepEqual(await bodiesIn('pictures'), ['a picture']);
  });

  test('still knows the source of a dead letter after a thousand other messages', async () => {
    await sendDeadLetter('a picture');
    for (let sentCount = 0; sentCount < 1010; sentCount += 10) await sendTen('others');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrls['others'] }));
    for (let sentCount = 0; sentCount < 1010; sentCount += 10) await sendTen('others');
    await start(arnOf('dead-letters'));
    assert.equal((await endOfTask()).Status, 'COMPLETED');
    assert.deepEqual(await bodiesIn('pictures'), ['a picture']);
  });

  test('fails at a message without a source queue if no queue is named, and leaves it in place', async () => {
    await send('dead-letters', 'a stranger');
    await start(arnOf('dead-letters'));
    const task = await endOfTask();
    assert.deepEqual([task.Status, task.FailureReason], ['FAILED', 'CouldNotDetermineMessageSource']);
    assert.deepEqual(await bodiesIn('dead-letters'), ['a stranger']);
  });

  test('moves a message without a source queue if a queue is named', async () => {
    await send('dead-letters', 'a stranger');
    await start(arnOf('dead-letters'), arnOf('pictures'));
    assert.equal((await endOfTask()).Status, 'COMPLETED');
    assert.deepEqual(await bodiesIn('pictures'), ['a stranger']);
  });

  test('is listed with its counts, without a handle after it has ended, and by default only the newest', async () => {
    await sendDeadLetter('one');
    await sendDeadLetter('two');
    await start(arnOf('dead-letters'), arnOf('others'));
    const ended = await endOfTask();
    assert.equal(ended.ApproximateNumberOfMessagesMoved, 2);
    assert.equal(ended.ApproximateNumberOfMessagesToMove, 2);
    assert.equal(ended.DestinationArn, arnOf('others'));
    assert.equal(ended.TaskHandle, undefined);
    await start(arnOf('dead-letters'));
    await endOfTask();
    assert.deepEqual(
      (await tasks()).map(({ DestinationArn }) => DestinationArn),
      [undefined],
    );
    assert.deepEqual(
      (await tasks(2)).map(({ DestinationArn }) => DestinationArn),
      [undefined, arnOf('others')],
    );
  });

  test('is refused for a queue that receives no dead letters', async () => {
    await assert.rejects(start(arnOf('pictures')), { name: 'InvalidParameterValue' });
  });

  test('is refused if source or destination does not exist', async () => {
    await assert.rejects(start(arnOf('none')), { name: 'ResourceNotFoundException' });
    await assert.rejects(start(arnOf('dead-letters'), arnOf('none')), { name: 'ResourceNotFoundException' });
  });

  test('is refused while another task of the same queue runs', async () => {
    for (const body of ['1', '2', '3', '4', '5', '6', '7', '8']) await sendDeadLetter(body);
    const started = await Promise.allSettled([start(arnOf('dead-letters')), start(arnOf('dead-letters'))]);
    const refusals = started.filter((result) => result.status === 'rejected');
    await endOfTask();
    assert.deepEqual(
      refusals.map(({ reason }: { reason: unknown }) => reason instanceof Error && reason.name),
      ['UnsupportedOperation'],
    );
  });
});
