import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { readSample } from '../../infra/local/samples.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { createAwsCli, shellCommandsIn, type AwsCli } from './aws-cli.ts';
import { eventually } from './eventually.ts';

const runbook = await readFile(path.join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const commands = shellCommandsIn(runbook);

/** The command that begins so, as the runbook has it. */
function commandOf(operation: string): string {
  const command = commands.find((text) => text.startsWith(`aws ${operation} `));
  assert.ok(command, `the runbook has no aws ${operation}`);
  return command;
}

interface Trouble {
  stack: LocalStack;
  cli: AwsCli;
  /** The function's log, line by line. */
  output: readonly string[];
}

/** A stack in which a picture and a message that is no notification are in the dead-letter queue, and the CLI of a person who has read the runbook. */
async function startTrouble(context: TestContext): Promise<Trouble> {
  const output: string[] = [];
  const stack = await startLocalStack({
    polling: false,
    maxReceiveCount: 1,
    onOutput: (line) => output.push(line),
  });
  context.after(() => stack.stop());
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const sqs = new SQSClient(stack.sqs.clientConfiguration);
  context.after(() => {
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

  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-runbook-'));
  context.after(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, 'secret-key.txt'), stack.secretKey);
  const { Messages: letters = [] } = await receive(stack.deadLetterQueueUrl);
  const stranger = letters.find(({ Body: body }) => body === 'no notification');
  const cli = createAwsCli(stack, directory, {
    PICTURES_QUEUE_URL: stack.queueUrl,
    PICTURES_QUEUE_ARN: stack.queueArn,
    DEAD_LETTER_QUEUE_URL: stack.deadLetterQueueUrl,
    DEAD_LETTER_QUEUE_ARN: `${stack.queueArn}-dead-letter`,
    READINGS_TABLE: stack.tableName,
    APP_KEY_PARAMETER: stack.environment['APP_KEY_PARAMETER'] ?? '',
    SECRET_KEY_PARAMETER: stack.environment['SECRET_KEY_PARAMETER'] ?? '',
    RECEIPT_HANDLE: stranger?.ReceiptHandle ?? '',
  });
  context.after(() => {
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

const counted = z.object({ Count: z.number() });
const received = z.object({
  Messages: z
    .array(z.object({ Body: z.string(), MessageAttributes: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});
const listed = z.object({ Results: z.array(z.object({ Status: z.string() })) });

describe('the runbook', () => {
  test('has no command that the local stack does not carry out', async (context) => {
    const { cli } = await startTrouble(context);
    for (const command of commands) await cli.run(command);
    assert.deepEqual([...new Set(commands.map((command) => command.split(' ', 3).join(' ')))].toSorted(), [
      'aws dynamodb scan',
      'aws sqs delete-message',
      'aws sqs get-queue-attributes',
      'aws sqs list-message-move-tasks',
      'aws sqs receive-message',
      'aws sqs start-message-move-task',
      'aws ssm get-parameters',
      'aws ssm put-parameter',
    ]);
  });

  test('shows why a message is in the dead-letter queue', async (context) => {
    const { cli } = await startTrouble(context);
    const { Messages: messages } = received.parse(await cli.run(commandOf('sqs receive-message')));
    const hasFault = (body: RegExp) =>
      messages
        .filter(({ Body }) => body.test(Body))
        .map(({ MessageAttributes }) => 'fault' in MessageAttributes);
    assert.deepEqual(hasFault(/gate-north/), [false]);
    assert.deepEqual(hasFault(/no notification/), [true]);
  });

  test('brings the pictures of the dead-letter queue back, and they are read', async (context) => {
    const { stack, cli } = await startTrouble(context);
    await cli.run(commandOf('sqs start-message-move-task'));
    await eventually('the end of the task', async () => {
      const { Results } = listed.parse(await cli.run(commandOf('sqs list-message-move-tasks')));
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

  test('names every picture that waits, with its reason, its attempts and its next try', async (context) => {
    const { stack, cli } = await startTrouble(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'failure', resultCode: 5000503 } });
    await cli.run(commandOf('sqs start-message-move-task'));
    stack.startPolling();
    const [item, ...others] = await eventually('a waiting picture', async () => {
      const parsed = scanned.safeParse(await cli.run(commandOf('dynamodb scan')));
      return parsed.success && parsed.data.Items.length > 0 ? parsed.data.Items : undefined;
    });
    assert.deepEqual(others, []);
    assert.match(item?.imageId.S ?? '', /gate-north\/1\.jpg/);
    assert.match(item?.reason.M.code.S ?? '', /^[A-Z0-9_]+$/);
    assert.equal(item?.attempts.N, '1');
  });

  test('tells of a picture that was being read when its invocation was killed until when nobody else takes it', async (context) => {
    const { stack, cli } = await startTrouble(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'silence' } });
    await cli.run(commandOf('sqs start-message-move-task'));
    stack.startPolling();
    const beingRead = async () => scannedWhileRead.safeParse(await cli.run(commandOf('dynamodb scan'))).data;
    await eventually('the claim', beingRead);
    await stack.killSandboxes();
    const [item] = (await beingRead())?.Items ?? [];
    assert.ok(item && item.claimUntil.N > Date.now());
  });

  test('asks the log for what stands in the line of a picture that waits', async (context) => {
    const { stack, cli, output } = await startTrouble(context);
    stack.vehiclePlateEndpoint.script({ answer: { kind: 'failure', resultCode: 5000503 } });
    await cli.run(commandOf('sqs start-message-move-task'));
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

  test('changes the secret key to what the file holds', async (context) => {
    const { stack, cli } = await startTrouble(context);
    const { SECRET_KEY_PARAMETER: name = '' } = stack.environment;
    await cli.run(commandOf('ssm put-parameter'));
    const ssm = new SSMClient(stack.ssm.clientConfiguration);
    context.after(() => {
      ssm.destroy();
    });
    const { Parameters: [parameter] = [] } = await ssm.send(
      new GetParametersCommand({ Names: [name], WithDecryption: true }),
    );
    assert.deepEqual([parameter?.Value, parameter?.Version], [stack.secretKey, 2]);
  });

  test('shows no key in the clear', async (context) => {
    const { stack, cli } = await startTrouble(context);
    const shown = JSON.stringify(await cli.run(commandOf('ssm get-parameters')));
    assert.match(shown, /LastModifiedDate/);
    assert.ok(!shown.includes(stack.appKey) && !shown.includes(stack.secretKey));
  });
});
