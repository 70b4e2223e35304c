import assert from 'node:assert/strict';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { isFinal, pictureOf, startPipeline, type Pipeline } from '../../../promises/pipeline.ts';
import { runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

const throttled = { code: 'THROTTLED', message: 'The endpoint asked to wait.' };

describe('plateline redrive', () => {
  let pipeline: Pipeline;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    pipeline = await startPipeline();
    dynamodb = new DynamoDBClient(pipeline.stack.dynamodb.clientConfiguration);
  });
  beforeEach(() => pipeline.sqs.send(new PurgeQueueCommand({ QueueUrl: pipeline.stack.deadLetterQueueUrl })));
  afterAll(async () => {
    dynamodb.destroy();
    await pipeline.stop();
  });

  const argsOf = (...args: string[]) => [
    'redrive',
    ...['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url],
    ...args,
  ];
  const redrive = (...args: string[]) => runPlateline(argsOf(...args));

  async function addDeadLetter(body: unknown, fault?: string) {
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.stack.deadLetterQueueUrl,
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
        ...(fault !== undefined && {
          MessageAttributes: { fault: { DataType: 'String', StringValue: fault } },
        }),
      }),
    );
  }

  /** Adds a dead letter of a picture that was never in the queue. Returns its image id. */
  async function addDeadPicture(key: string): Promise<string> {
    const record = await pipeline.uploadQuietly(key, pictureOf(`12가${Math.floor(1000 + key.length)}`));
    await addDeadLetter({ Records: [record] });
    return `s3://${record.s3.bucket.name}/${key}?etag=${record.s3.object.eTag}`;
  }

  async function addRecord(imageId: string, attributes: Record<string, unknown>) {
    const key = new URL(imageId).pathname.slice(1);
    const item = { imageId, key, claimUntil: 0, ...attributes };
    await dynamodb.send(new PutItemCommand({ TableName: pipeline.stack.tableName, Item: marshall(item) }));
  }

  test('lists the messages with their causes, the most frequent first, and leaves them in the queue', async () => {
    const waiting = await addDeadPicture('list/waits-1.jpg');
    await addRecord(waiting, { status: 'PENDING', reason: throttled });
    await addRecord(await addDeadPicture('list/waits-2.jpg'), { status: 'PENDING', reason: throttled });
    await addRecord(await addDeadPicture('list/done.jpg'), { status: 'READ' });
    await addDeadLetter('no notification', 'The body is not JSON.\u009b2J');

    const { output, status } = await redrive('--list');
    const [title, , header, ...rows] = output.split('\n');
    assert.equal(title, 'In plateline-local-pictures-dead-letter: 4 messages.');
    assert.match(header ?? '', /^messages +code +why +for example$/);
    assert.match(
      rows[0] ?? '',
      /^ +2 THROTTLED +The endpoint asked to wait\. +s3:\/\/quiet-bucket\/list\/waits-/,
    );
    assert.match(
      output,
      /1 DONE +The picture already has its final record\. +s3:\/\/quiet-bucket\/list\/done/,
    );
    assert.match(output, /1 NO_NOTIFICATION +The body is not JSON\.\\u\{9b\}2J/);
    assert.match(output, /^If moved, 1 message will come back here: not an S3 notification\.$/m);
    assert.match(output, /^If moved, 1 message will cost no call: there is nothing left to read\.$/m);
    assert.equal(status, 0);
    assert.equal(await pipeline.deadLetterCount(), 4);
  });

  test('lists each reason once with its count, also where two reasons have one code', async () => {
    const other = { ...throttled, message: 'The endpoint asked to wait for an hour.' };
    for (const [key, reason] of [
      ['reasons/1.jpg', throttled],
      ['reasons/2.jpg', other],
      ['reasons/3.jpg', other],
    ] as const) {
      await addRecord(await addDeadPicture(key), { status: 'PENDING', reason });
    }
    const { output } = await redrive('--list');
    assert.match(output, /^ +2 THROTTLED +The endpoint asked to wait for an hour\. +s3:/m);
    assert.match(output, /^ +1 THROTTLED +The endpoint asked to wait\. +s3:/m);
  });

  test('prints the list as JSON, with examples for plateline show', async () => {
    const imageId = await addDeadPicture('json/1.jpg');
    await addRecord(imageId, { status: 'PENDING', reason: throttled });
    const { output } = await redrive('--list', '--json');
    assert.deepEqual(JSON.parse(output), {
      deadLetterQueue: 'plateline-local-pictures-dead-letter',
      messages: 1,
      lookedAt: 1,
      hidden: 0,
      groups: [{ ...throttled, ifMoved: 'read', messages: 1, examples: [imageId] }],
    });
  });

  test('moves everything back, where pictures are read, even those sent to the dead-letter queue directly', async () => {
    for (const number of [1, 2, 3]) await addDeadPicture(`move/${number}.jpg`);
    await addDeadLetter('no notification');
    const { output, status } = await redrive('--yes');
    assert.match(output, /Moved 4 messages to plateline-local-pictures\.\n$/);
    assert.equal(status, 0);
    for (const number of [1, 2, 3]) {
      assert.equal((await pipeline.recordOf(`move/${number}.jpg`, isFinal))['status'], 'READ');
    }
    const [returned] = await pipeline.deadLetters(1);
    assert.equal(returned?.Body, 'no notification');
  });

  test('moves each of 127 messages once, though all of them come back, and ends', async () => {
    for (let number = 1; number <= 127; number += 1) await addDeadLetter(`no notification ${number}`);
    const { output, status } = await redrive('--yes');
    assert.match(output, /Moved 127 messages to plateline-local-pictures\.\n$/);
    assert.equal(status, 0);
    const returned = await pipeline.deadLetters(127);
    assert.equal(new Set(returned.map(({ Body: body }) => body)).size, 127);
    assert.equal(returned.length, 127);
  });

  test('leaves a message that arrives after the start, and shows it again', async () => {
    await addDeadLetter('no notification 1');
    const terminal = runInTerminal(argsOf());
    await terminal.shows(/\[y\/N\]/);
    await setTimeout(1100);
    await addDeadLetter('no notification 2');
    terminal.type('y\r');
    await terminal.shows(/Moved 1 message/);
    assert.equal(await terminal.ended, 0);
    const letters = await pipeline.deadLetters(2);
    assert.deepEqual(letters.map(({ Body: body }) => body).toSorted(), [
      'no notification 1',
      'no notification 2',
    ]);
  });

  test('moves no faster than its rate', async () => {
    for (const number of [1, 2, 3, 4]) await addDeadLetter(`no notification ${number}`);
    const startedAtMs = performance.now();
    await redrive('--yes', '--rate', '2');
    assert.ok(performance.now() - startedAtMs > 2000);
  });

  test('looks at no more messages than --limit, and says so', async () => {
    for (const number of [1, 2, 3]) await addDeadLetter(`no notification ${number}`);
    const { output } = await redrive('--list', '--limit', '2');
    assert.match(output, /: 3 messages, 2 of them looked at\.$/m);
    assert.equal(await pipeline.deadLetterCount(), 3);
  });

  test('asks on a terminal, and moves nothing without a yes', async () => {
    await addDeadPicture('ask/no.jpg');
    const terminal = runInTerminal(argsOf());
    await terminal.shows(/Move them back to plateline-local-pictures\? \[y\/N\]/);
    terminal.type('\r');
    await terminal.shows(/Nothing was moved/);
    assert.equal(await terminal.ended, 1);
    assert.equal(await pipeline.deadLetterCount(), 1);
  });

  test('moves on a terminal after a yes, and shows its progress', async () => {
    await addDeadPicture('ask/yes.jpg');
    const terminal = runInTerminal(argsOf('--rate', '500'));
    await terminal.shows(/\[y\/N\]/);
    terminal.type('y\r');
    await terminal.shows(/1 of 1 messages moved/);
    assert.equal(await terminal.ended, 0);
    assert.equal((await pipeline.recordOf('ask/yes.jpg', isFinal))['status'], 'READ');
  });

  test('exits at Ctrl-C with status 130, and moves nothing', async () => {
    await addDeadPicture('ask/interrupted.jpg');
    const terminal = runInTerminal(argsOf());
    await terminal.shows(/\[y\/N\]/);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
    assert.equal(await pipeline.deadLetterCount(), 1);
  });

  test('moves nothing without a terminal and without --yes, and exits with status 2', async () => {
    await addDeadPicture('ask/script.jpg');
    const { output, errors, status } = await redrive();
    assert.match(output, /: 1 message\.\n/);
    assert.match(errors, /^error: Nothing was moved, because there is no terminal to ask on\. Add --yes/m);
    assert.equal(status, 2);
    assert.equal(await pipeline.deadLetterCount(), 1);
  });

  test('says that the dead-letter queue is empty', async () => {
    const { output, status } = await redrive();
    assert.equal(output, 'The dead-letter queue plateline-local-pictures-dead-letter is empty.\n');
    assert.equal(status, 0);
  });

  test('does not call a queue with hidden messages empty', async () => {
    await addDeadLetter('no notification');
    await pipeline.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: pipeline.stack.deadLetterQueueUrl, VisibilityTimeout: 60 }),
    );
    const { output, status } = await redrive('--yes');
    assert.equal(
      output,
      'plateline-local-pictures-dead-letter has only hidden messages at the moment; try again when they are visible.\n' +
        'Hidden, because another receiver has it at the moment: 1 message.\n',
    );
    assert.equal(status, 0);
  });

  test('does not call a message hidden that it could look at, even if SQS counts it as hidden', async () => {
    await addDeadLetter('no notification');
    const numbers = { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' };
    const QueueArn = `${pipeline.stack.queueArn}-dead-letter`;
    pipeline.stack.sqs.fail({
      when: ({ operation, body }) =>
        operation === 'GetQueueAttributes' && body?.includes('dead-letter') === true,
      fault: {
        kind: 'reply',
        statusCode: 200,
        headers: {},
        body: JSON.stringify({ Attributes: { QueueArn, ...numbers } }),
      },
    });
    const { output } = await redrive('--list');
    assert.match(output, /^In plateline-local-pictures-dead-letter: 1 message\.$/m);
    assert.doesNotMatch(output, /Hidden/);
  });

  describe('exits with a sentence and status 1', () => {
    test('if SQS does not delete what was moved', async () => {
      await addDeadLetter('no notification');
      pipeline.stack.sqs.fail({
        when: ({ operation }) => operation === 'DeleteMessageBatch',
        fault: {
          kind: 'reply',
          statusCode: 200,
          headers: {},
          body: JSON.stringify({ Successful: [], Failed: [{ Id: '0', Code: 'Busy', SenderFault: false }] }),
        },
      });
      const { errors, status } = await redrive('--yes');
      assert.match(errors, /^error: SQS did not delete a message that was moved \(Busy\)\./m);
      assert.equal(status, 1);
    });

    test('for a stage that is not deployed', async () => {
      const { errors, status } = await redrive('--stage', 'staging');
      assert.match(errors, /^error: There is no queue plateline-staging-pictures-dead-letter /m);
      assert.equal(status, 1);
    });
  });

  test('requires --yes or --list with --json, because it cannot ask', async () => {
    const { errors, status } = await redrive('--json');
    assert.match(errors, /^error: With --json the command cannot ask: add --yes/);
    assert.equal(status, 2);
  });
});
