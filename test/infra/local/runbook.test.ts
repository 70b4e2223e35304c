import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { readSample } from '../../../infra/local/samples/samples.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { runPlateline } from '../../cli/run-plateline.ts';
import { createAwsCli, shellCommandsIn, wordsOf, type AwsCli } from './aws-cli.ts';
import { eventually } from '../../eventually.ts';

const runbook = await readFile(path.join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');
const commands = shellCommandsIn(runbook);

/** The runbook's command that starts with these words. */
function commandOf(beginning: string): string {
  const command = commands.find((text) => text.startsWith(`${beginning} `));
  assert.ok(command, `the runbook has no ${beginning}`);
  return command;
}

/** Runs a plateline command for the local stack, with its keys on standard input. Returns its output. */
async function plateline(stack: LocalStack, command: string): Promise<string> {
  const { output, errors, status } = await run(stack, command);
  assert.equal(status, 0, errors);
  return output;
}

async function run(stack: LocalStack, command: string) {
  const [, , ...words] = wordsOf(command, { PICTURES_BUCKET: stack.bucket });
  const args = words.map((word) => (word === 'prod' ? 'local' : word));
  return await runPlateline([...args, '--endpoint-url', stack.gateway.url], {
    stdin: `${stack.appKey}\n${stack.secretKey}\n`,
  });
}

interface StackWithDeadLetters {
  stack: LocalStack;
  cli: AwsCli;
  /** The function's log, line by line. */
  output: readonly string[];
}

/**
 * Starts a stack with a picture and an invalid message in the dead-letter queue, and a CLI for the runbook.
 */
async function startStackWithDeadLetters(context: TestContext): Promise<StackWithDeadLetters> {
  const output: string[] = [];
  const stack = await startLocalStack({
    polling: false,
    maxReceiveCount: 1,
    onOutput: (line) => output.push(line),
  });
  context.onTestFinished(() => stack.stop());
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const sqs = new SQSClient(stack.sqs.clientConfiguration);
  context.onTestFinished(() => {
    s3.destroy();
    sqs.destroy();
  });
  const Body = readSample('day.jpg');
  await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: 'gate-north/1.jpg', Body }));
  const receive = (QueueUrl: string) =>
    sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        VisibilityTimeout: 0,
      }),
    );
  await eventually('the pictures queue to be empty', async () =>
    (await receive(stack.queueUrl)).Messages === undefined ? true : undefined,
  );
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.deadLetterQueueUrl,
      MessageBody: 'no notification',
      MessageAttributes: { fault: { DataType: 'String', StringValue: 'The body is not JSON.' } },
    }),
  );

  const { Messages: letters = [] } = await receive(stack.deadLetterQueueUrl);
  const stranger = letters.find(({ Body: body }) => body === 'no notification');
  const cli = createAwsCli(stack, {
    PICTURES_QUEUE_URL: stack.queueUrl,
    PICTURES_QUEUE_ARN: stack.queueArn,
    DEAD_LETTER_QUEUE_URL: stack.deadLetterQueueUrl,
    DEAD_LETTER_QUEUE_ARN: `${stack.queueArn}-dead-letter`,
    LOST_RECORDS_QUEUE_URL: stack.lostRecordsQueueUrl,
    WEBHOOKS_DEAD_LETTER_QUEUE_URL: stack.webhooksDeadLetterQueueUrl,
    READINGS_TABLE: stack.tableName,
    IMAGE_ID: 'none',
    APP_KEY_PARAMETER: stack.functionOf('read-plate').environment['APP_KEY_PARAMETER'] ?? '',
    SECRET_KEY_PARAMETER: stack.functionOf('read-plate').environment['SECRET_KEY_PARAMETER'] ?? '',
    RECEIPT_HANDLE: stranger?.ReceiptHandle ?? '',
  });
  context.onTestFinished(() => {
    cli.destroy();
  });
  return { stack, cli, output };
}

const scanned = z.object({
  Items: z.array(
    z.object({
      imageId: z.object({ S: z.string() }),
      reason: z.object({ M: z.object({ code: z.object({ S: z.string() }) }) }),
      attempts: z.object({ N: z.string() }),
      nextTryAt: z.object({ S: z.iso.datetime() }),
      claimUntil: z.object({ N: z.literal('0') }),
    }),
  ),
});

const scannedWhileRead = z.object({
  Items: z.tuple([
    z.strictObject({
      imageId: z.object({ S: z.string() }),
      attempts: z.object({ N: z.literal('1') }),
      claimUntil: z.object({ N: z.coerce.number() }),
    }),
  ]),
});

const rejected = z.object({
  Items: z.array(z.object({ imageId: z.object({ S: z.string() }), reason: z.object({}) })),
});

const counted = z.object({ Count: z.number() });
const received = z.object({
  Messages: z
    .array(z.object({ Body: z.string(), MessageAttributes: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});
const listed = z.object({ Results: z.array(z.object({ Status: z.string() })) });

describe('the runbook', () => {
  test('has only commands that the local stack can run', async (context) => {
    const { stack, cli } = await startStackWithDeadLetters(context);
    await plateline(stack, 'npx plateline webhook add https://example.com/ --name office --stage prod');
    for (const command of commands) {
      await (command.startsWith('npx plateline ') ? plateline(stack, command) : cli.run(command));
    }
    assert.deepEqual([...new Set(commands.map((command) => command.split(' ', 3).join(' ')))].toSorted(), [
      'aws dynamodb delete-item',
      'aws dynamodb scan',
      'aws sqs delete-message',
      'aws sqs get-queue-attributes',
      'aws sqs list-message-move-tasks',
      'aws sqs receive-message',
      'aws sqs start-message-move-task',
      'aws ssm get-parameters',
      'npx plateline backfill',
      'npx plateline redrive',
      'npx plateline secrets',
      'npx plateline webhook',
    ]);
  });

  test('lists why messages are in the dead-letter queue, and leaves them there', async (context) => {
    const { stack } = await startStackWithDeadLetters(context);
    const list = commandOf('npx plateline redrive');
    const shown = await plateline(stack, list);
    assert.match(shown, /^ +1 NO_RECORD .*gate-north\/1\.jpg/m);
    assert.match(shown, /^ +1 NO_NOTIFICATION The body is not JSON\./m);
    assert.equal(await plateline(stack, list), shown);
  });

  test('shows why a message is in the dead-letter queue', async (context) => {
    const { cli } = await startStackWithDeadLetters(context);
    const { Messages: messages } = received.parse(await cli.run(commandOf('aws sqs receive-message')));
    const hasFault = (body: RegExp) =>
      messages
        .filter(({ Body }) => body.test(Body))
        .map(({ MessageAttributes }) => 'fault' in MessageAttributes);
    assert.deepEqual(hasFault(/gate-north/), [false]);
    assert.deepEqual(hasFault(/no notification/), [true]);
  });

  test('redrives the pictures of the dead-letter queue, which are then read', async (context) => {
    const { stack, cli } = await startStackWithDeadLetters(context);
    await cli.run(commandOf('aws sqs start-message-move-task'));
    await eventually('the end of the task', async () => {
      const { Results } = listed.parse(await cli.run(commandOf('aws sqs list-message-move-tasks')));
      return Results[0]?.Status === 'COMPLETED' ? true : undefined;
    });
    stack.startPolling();
    await eventually('the record', async () => {
      const reply = await cli.run(
        `aws dynamodb scan --table-name "$READINGS_TABLE" --filter-expression 'plateKey = :plate'
          --expression-attribute-values '{":plate": {"S": "123가4567"}}'`,
      );
      return counted.parse(reply).Count === 1 ? true : undefined;
    });
  });

  test('lists every waiting picture with its reason, its attempts and its next attempt', async (context) => {
    const { stack, cli } = await startStackWithDeadLetters(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'failure', resultCode: 5000503 } });
    await cli.run(commandOf('aws sqs start-message-move-task'));
    stack.startPolling();
    const [item, ...others] = await eventually('a waiting picture', async () => {
      const parsed = scanned.safeParse(await cli.run(commandOf('aws dynamodb scan')));
      return parsed.success && parsed.data.Items.length > 0 ? parsed.data.Items : undefined;
    });
    assert.deepEqual(others, []);
    assert.match(item?.imageId.S ?? '', /gate-north\/1\.jpg/);
    assert.match(item?.reason.M.code.S ?? '', /^[A-Z0-9_]+$/);
    assert.equal(item?.attempts.N, '1');
  });

  test('shows how long a picture stays claimed after its invocation was killed', async (context) => {
    const { stack, cli } = await startStackWithDeadLetters(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'silence' } });
    await cli.run(commandOf('aws sqs start-message-move-task'));
    stack.startPolling();
    const beingRead = async () =>
      scannedWhileRead.safeParse(await cli.run(commandOf('aws dynamodb scan'))).data;
    await eventually('the claim', beingRead);
    await stack.killSandboxes();
    const [item] = (await beingRead())?.Items ?? [];
    assert.ok(item && item.claimUntil.N > Date.now());
  });

  test('reads a rejected picture again', async (context) => {
    const { stack } = await startStackWithDeadLetters(context);
    stack.vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'failure', resultCode: 4000002 } });
    const variables = { READINGS_TABLE: stack.tableName, PICTURES_BUCKET: stack.bucket };
    const cli = createAwsCli(stack, variables);
    context.onTestFinished(() => {
      cli.destroy();
    });
    const scan = commands.find((command) => command.includes(':rejected')) ?? assert.fail();
    stack.startPolling();
    await plateline(stack, commandOf('npx plateline redrive').replace('--list', '--yes'));
    const imageId = await eventually('the rejection', async () => {
      const { Items: items } = rejected.parse(await cli.run(scan));
      return items[0]?.imageId.S;
    });

    const withImage = createAwsCli(stack, { ...variables, IMAGE_ID: imageId });
    context.onTestFinished(() => {
      withImage.destroy();
    });
    await withImage.run(commandOf('aws dynamodb delete-item'));
    await plateline(stack, commandOf('npx plateline backfill'));
    await eventually('the plate', async () => {
      const { output: shown } = await run(stack, `npx plateline show '${imageId}' --stage prod`);
      return shown.includes('123가4567') || undefined;
    });
  });

  test('asks the log for fields that the line of a waiting picture has', async (context) => {
    const { stack, cli, output } = await startStackWithDeadLetters(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'failure', resultCode: 5000503 } });
    await cli.run(commandOf('aws sqs start-message-move-task'));
    stack.startPolling();
    const line = await eventually('the line', () => output.find((text) => text.includes('picture wait')));
    const entry = z.looseObject({ level: z.string(), reason: z.looseObject({}) }).parse(JSON.parse(line));
    const [, fields = '', levels = ''] =
      /^fields @timestamp, (.+)\n\| filter level in (.+)$/m.exec(runbook) ?? [];
    assert.ok(z.array(z.string()).parse(JSON.parse(levels)).includes(entry.level));
    const names = new Set([
      ...Object.keys(entry),
      ...Object.keys(entry.reason).map((name) => `reason.${name}`),
    ]);
    assert.deepEqual(
      fields.split(', ').filter((field) => !names.has(field)),
      [],
    );
  });

  test('stores both keys, and shows neither', async (context) => {
    const { stack } = await startStackWithDeadLetters(context);
    const shown = await plateline(stack, commandOf('npx plateline secrets'));
    assert.ok(!shown.includes(stack.appKey) && !shown.includes(stack.secretKey));
    const { APP_KEY_PARAMETER: appKey = '', SECRET_KEY_PARAMETER: secretKey = '' } =
      stack.functionOf('read-plate').environment;
    const ssm = new SSMClient(stack.ssm.clientConfiguration);
    context.onTestFinished(() => {
      ssm.destroy();
    });
    const { Parameters: parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: [appKey, secretKey], WithDecryption: true }),
    );
    assert.deepEqual(
      parameters.map(({ Value, Version }) => [Value, Version]),
      [
        [stack.appKey, 2],
        [stack.secretKey, 2],
      ],
    );
  });

  test('never shows a key', async (context) => {
    const { stack, cli } = await startStackWithDeadLetters(context);
    const shown = JSON.stringify(await cli.run(commandOf('aws ssm get-parameters')));
    assert.match(shown, /LastModifiedDate/);
    assert.ok(!shown.includes(stack.appKey) && !shown.includes(stack.secretKey));
  });
});
