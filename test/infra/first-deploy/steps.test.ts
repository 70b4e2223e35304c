import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CommandError } from '../../../cli/terminal/command-error.ts';
import { checkAccount } from '../../../infra/first-deploy/check-account.ts';
import { createClients, type Clients } from '../../../infra/first-deploy/clients.ts';
import type { StackPackage } from '../../../infra/first-deploy/package-stack.ts';
import { removeStage } from '../../../infra/first-deploy/remove-stage.ts';
import type { RunContext } from '../../../infra/first-deploy/run-context.ts';
import { createSteps, type StepOutcome } from '../../../infra/first-deploy/steps.ts';
import { storeKeys } from '../../../infra/first-deploy/store-keys.ts';
import { startTranscript } from '../../../infra/first-deploy/transcript.ts';
import { tryAlarms } from '../../../infra/first-deploy/try-alarms.ts';
import { tryRedrive } from '../../../infra/first-deploy/try-redrive.ts';
import { trySamples } from '../../../infra/first-deploy/try-samples.ts';
import { localTarget } from '../../../infra/local/local-target.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { alarmTopic, outputsOf, startScriptedAccount } from './scripted-account.ts';

let stack: LocalStack;
let account: Awaited<ReturnType<typeof startScriptedAccount>>;
let clients: Clients;
let stackPackage: StackPackage;
beforeAll(async () => {
  // Nothing reads the pictures.
  stack = await startLocalStack({ polling: false });
  account = await startScriptedAccount(stack);
  clients = createClients({
    region: localTarget.region,
    endpointUrl: account.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  stackPackage = {
    directory: '/nonexistent',
    maximumConcurrency: 10,
    codeBytes: 1000,
    tables: [stack.tableName, stack.usageTableName, 'plateline-local-lists'],
    readingsTable: stack.tableName,
    enteredTables: ['plateline-local-lists'],
    buckets: [stack.bucket, stack.cropsBucket],
    picturesBucket: stack.bucket,
    alarms: account.script.alarms,
    keyParameters: ['/plateline/local/app-key', '/plateline/local/secret-key'],
  };
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await account.stop();
  await stack.stop();
});

const context = (): RunContext => ({
  stage: 'local',
  region: localTarget.region,
  profile: undefined,
  parameters: [],
  startedAt: new Date('2026-11-28T08:15:00.000Z'),
  patienceMs: 1,
  transcript: { file: '/nonexistent', note: () => undefined },
  interrupt: new AbortController().signal,
});

const failure = (outcome: StepOutcome<unknown>) => {
  assert.ok(outcome.kind !== 'ok');
  return `${outcome.kind}: ${outcome.sentence} ${outcome.advice}`;
};

describe('a sample without a record', () => {
  test('fails its step, which names it and what to look at', async () => {
    account.script.hasResources = true;
    const outcome = await trySamples(context(), clients, outputsOf(stack));
    account.script.hasResources = false;
    assert.match(
      failure(outcome),
      /^failed: 10 of 10 samples have no final record after 0.001 seconds: day\.jpg has no record at all, .* Look at the function's log/,
    );
  });
});

describe('the alarms', () => {
  const tryThem = () => tryAlarms(context(), clients, stackPackage, { AlarmTopicArn: alarmTopic });
  const withScript = async (changes: Partial<typeof account.script>) => {
    const before = { ...account.script };
    Object.assign(account.script, changes);
    const outcome = await tryThem();
    Object.assign(account.script, before);
    return outcome;
  };

  test('fail their step if one is missing, which is named', async () => {
    const outcome = await withScript({ alarms: stackPackage.alarms.slice(1) });
    assert.match(failure(outcome), /^failed: These alarms are missing .*: plateline-local-[\w-]+\./);
  });

  test('fail their step if CloudWatch cannot reach the topic, in CloudWatch’s words', async () => {
    const outcome = await withScript({ alarmSummary: `Failed to execute action ${alarmTopic}` });
    assert.match(failure(outcome), /^failed: CloudWatch could not send .*: Failed to execute action/);
  });

  test('fail their step if CloudWatch reports nothing in time', async () => {
    assert.match(failure(await withScript({ alarmSummary: '' })), /nothing was sent within 0.001 seconds/);
  });

  test('end with a warning if nobody has subscribed or confirmed', async () => {
    assert.match(failure(await withScript({ subscriptions: [] })), /^warning: .* no subscription/);
    const pending = await withScript({ subscriptions: ['PendingConfirmation'] });
    assert.match(failure(pending), /^warning: .* no subscription is confirmed\. Open the e-mail/);
  });
});

describe('the keys', () => {
  test('fail their step if they are missing and nobody can be asked', async (context_) => {
    const parameters = { Parameters: [], InvalidParameters: stackPackage.keyParameters };
    const stop = stack.ssm.fail({
      when: ({ operation }) => operation === 'GetParameters',
      fault: {
        kind: 'reply',
        statusCode: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(parameters),
      },
    });
    context_.onTestFinished(stop);
    const outcome = await storeKeys(context(), clients, stackPackage, undefined);
    assert.match(
      failure(outcome),
      /^failed: Parameter Store lacks \/plateline\/local\/app-key and .*secret-key/,
    );
  });

  test('are not touched where they are stored already', async () => {
    const outcome = await storeKeys(context(), clients, stackPackage, undefined);
    assert.equal(outcome.kind, 'ok');
  });

  test('are not asked for where the function reads the pictures itself', async () => {
    const outcome = await storeKeys(context(), clients, { keyParameters: [] }, undefined);
    assert.equal(outcome.kind, 'ok');
  });
});

describe('redrive', () => {
  test('is not tried where the dead-letter queue holds messages, which it would move', async () => {
    const message = { QueueUrl: stack.deadLetterQueueUrl, MessageBody: 'somebody else’s' };
    await clients.sqs.send(new SendMessageCommand(message));
    const outcome = await tryRedrive(context(), clients, outputsOf(stack));
    assert.match(failure(outcome), /^warning: The dead-letter queue already holds 1 messages/);
  });
});

describe('the account', () => {
  test('fails its step if a removed stage left its tables and buckets, which are named', async () => {
    account.script.hasResources = true;
    const outcome = await checkAccount(context(), clients, stackPackage);
    account.script.hasResources = false;
    assert.match(
      failure(outcome),
      /^failed: An earlier stack of this name left the table plateline-local-readings, .*the bucket /,
    );
  });

  test('fails its step if the code of the functions does not fit', async () => {
    const outcome = await checkAccount(context(), clients, { ...stackPackage, codeBytes: 1e12 });
    assert.match(failure(outcome), /^failed: The functions of this account use 0 of 80530636800 bytes/);
  });

  test('fails its step if the stack cannot be updated', async () => {
    account.script.stackStatus = 'ROLLBACK_FAILED';
    const outcome = await checkAccount(context(), clients, stackPackage);
    account.script.stackStatus = undefined;
    assert.match(failure(outcome), /^failed: The stack plateline-local is ROLLBACK_FAILED/);
  });
});

describe('--remove', () => {
  test('removes nothing if somebody entered a watch list', async (context_) => {
    account.script.hasResources = true;
    const entry = { list: 'stolen', item: 'settings' };
    const table = { TableName: 'plateline-local-lists' };
    await clients.dynamodb.send(new PutItemCommand({ ...table, Item: marshall(entry) }));
    context_.onTestFinished(async () => {
      account.script.hasResources = true;
      await clients.dynamodb.send(new DeleteItemCommand({ ...table, Key: marshall(entry) }));
      account.script.hasResources = false;
    });
    const outcome = await removeStage(context(), clients, stackPackage, true);
    account.script.hasResources = false;
    assert.match(
      failure(outcome),
      /^failed: .* such as an item of the table plateline-local-lists, so nothing/,
    );
  });

  test('removes nothing if the bucket holds a picture that the script did not upload', async () => {
    account.script.hasResources = true;
    const object = { Bucket: stack.bucket, Key: 'gate/1.jpg', Body: 'a picture' };
    await clients.s3.send(new PutObjectCommand(object));
    const outcome = await removeStage(context(), clients, stackPackage, true);
    account.script.hasResources = false;
    assert.match(failure(outcome), /^failed: .* such as s3:\/\/\S+\/gate\/1\.jpg, so nothing was removed/);
    assert.ok(!account.stackActions.includes('DeleteStack'));
  });
});

describe('the transcript', () => {
  test('is for its owner only, and hides what must stay hidden', async (context_) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'plateline-transcript-'));
    context_.onTestFinished(() => rm(directory, { recursive: true }));
    const file = path.join(directory, 'new/transcript.txt');
    const printed: string[] = [];
    const { note } = startTranscript(file, ['key', 'key-longer', undefined, ''], (line) =>
      printed.push(line),
    );
    note('a key-longer and a key\u001b[2J');
    const text = await readFile(file, 'utf8');
    assert.equal(text, 'a [hidden] and a [hidden]\\u{1b}[2J\n');
    assert.deepEqual(printed, [text.trimEnd()]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test('that cannot be written is named before anything is done', () => {
    assert.throws(() => startTranscript('/dev/null/transcript.txt', [], () => undefined), {
      code: 'CANNOT_WRITE',
    });
  });
});

describe('the steps', () => {
  test('turn an error that a person can correct into a failed step, and a failed step into status 1', async () => {
    const lines: string[] = [];
    const steps = createSteps({ file: '', note: (line) => lines.push(line) });
    const value = await steps.run('One', () =>
      Promise.reject(new CommandError('NOT_ALLOWED', 'It is not allowed.')),
    );
    await steps.run('Two', () => Promise.resolve({ kind: 'ok', sentence: 'Fine.', value: 2 }));
    assert.equal(value, undefined);
    assert.equal(steps.finish(), 1);
    assert.ok(lines.includes('  FAILED: It is not allowed.'));
    assert.equal(lines.at(-1), '1 of 2 steps failed.');
  });

  test('let a bug through, with its stack', async () => {
    const steps = createSteps({ file: '', note: () => undefined });
    await assert.rejects(
      steps.run('One', () => Promise.reject(new TypeError('a bug'))),
      TypeError,
    );
  });
});
