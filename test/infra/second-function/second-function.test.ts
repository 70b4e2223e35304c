import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { parseDocument } from 'yaml';
import { readSample } from '../../../infra/local/samples/samples.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { eventually } from '../../eventually.ts';
import { copyService, type ServiceCopy } from '../service-copy.ts';
import { packageTemplate, resourceOf, type Template } from '../template.ts';

let service: ServiceCopy;
let template: Template;

/** Adds all that a second function costs: a handler, a folder in infra, and lines in serverless.yml. */
async function addSecondFunction({ directory }: ServiceCopy): Promise<void> {
  const source = import.meta.dirname;
  await mkdir(path.join(directory, 'functions/log-notes'));
  await cp(path.join(source, 'handler.ts'), path.join(directory, 'functions/log-notes/handler.ts'));
  const files = ['function.yml', 'role.yml', 'alarms.yml', 'queue.yml'];
  await mkdir(path.join(directory, 'infra/log-notes'));
  for (const file of files) {
    await cp(path.join(source, file), path.join(directory, 'infra/log-notes', file));
  }

  const configurationPath = path.join(directory, 'serverless.yml');
  const configuration = parseDocument(await readFile(configurationPath, 'utf8'));
  configuration.setIn(['functions', 'logNotes'], '${file(infra/log-notes/function.yml)}');
  for (const file of ['queue.yml', 'role.yml', 'alarms.yml']) {
    configuration.addIn(['resources'], `\${file(infra/log-notes/${file})}`);
  }
  await writeFile(configurationPath, String(configuration));
}

beforeAll(async () => {
  service = await copyService();
  await addSecondFunction(service);
  template = await packageTemplate(service, ['--stage', 'local']);
});
afterAll(() => service.remove());

describe('a second function', () => {
  test('has its own artifact, and the other functions keep theirs', async () => {
    const packaged = path.join(service.directory, 'packaged');
    const zips = (await readdir(packaged)).filter((file) => file.endsWith('.zip'));
    assert.deepEqual(zips.toSorted(), [
      'deliver-webhook.zip',
      'log-notes.zip',
      'notify.zip',
      'read-plate.zip',
    ]);
    for (const zip of zips) {
      const files = Object.keys(unzipSync(await readFile(path.join(packaged, zip))));
      assert.equal(files[0], zip.replace('.zip', '.mjs'));
      // Only the function that reads pictures has what decodes them.
      assert.equal(files.length > 1, zip === 'read-plate.zip', zip);
    }
  });

  test('has its own role, log group and alarm', () => {
    const { Properties } = resourceOf(template, 'LogNotesLambdaFunction');
    assert.deepEqual(Properties['Role'], { 'Fn::GetAtt': ['LogNotesRole', 'Arn'] });
    assert.equal(
      resourceOf(template, 'LogNotesLogGroup').Properties['LogGroupName'],
      '/aws/lambda/plateline-local-log-notes',
    );
    assert.deepEqual(resourceOf(template, 'LogNotesErrorsAlarm').Properties['Dimensions'], [
      { Name: 'FunctionName', Value: { Ref: 'LogNotesLambdaFunction' } },
    ]);
  });
});

describe('a local stack with one more function', () => {
  const log: string[] = [];
  let stack: LocalStack;
  let s3: S3Client;
  let sqs: SQSClient;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    stack = await startLocalStack({
      packageDirectory: path.join(service.directory, 'packaged'),
      onOutput: (line) => log.push(line),
    });
    s3 = new S3Client(stack.s3.clientConfiguration);
    sqs = new SQSClient(stack.sqs.clientConfiguration);
    dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  });
  afterAll(async () => {
    for (const client of [s3, sqs, dynamodb]) client.destroy();
    await stack.stop();
  });

  test('gives each function the messages of its own queue', async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'plateline-local-notes' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'the gate is open' }));
    const Body = readSample('day.jpg');
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: 'gate-north/day.jpg', Body }));

    await eventually('the note in the log', () => log.includes('note: the gate is open') || undefined);
    const status = await eventually('the record of the picture', async () => {
      const { Items } = await dynamodb.send(new ScanCommand({ TableName: stack.tableName }));
      const found = Items?.[0]?.['status']?.S;
      return found === 'PENDING' ? undefined : found;
    });
    assert.equal(status, 'READ');
    assert.deepEqual(
      log.filter((line) => line.startsWith('note: ')),
      ['note: the gate is open'],
    );
  });

  test('gives each function its own environment', () => {
    const ofSecond = stack.functionOf('log-notes').environment;
    assert.equal(ofSecond['NOTE_PREFIX'], 'note: ');
    assert.equal(ofSecond['READINGS_TABLE'], undefined);
    assert.equal(ofSecond['OCR_BASE_URL'], undefined);
    assert.equal(stack.functionOf('read-plate').environment['NOTE_PREFIX'], undefined);
  });

  test('invokes each function on request', async () => {
    const result = await stack
      .functionOf('log-notes')
      .createSandbox()
      .invoke({ Records: [{ body: 'by hand' }] });
    assert.equal(result.kind, 'returned');
    await eventually('the note in the log', () => log.includes('note: by hand') || undefined);
  });
});
