import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../cli/aws/clients.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { startConsole, type RunningConsole } from '../../cli/console/start-console.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { clientOf, ownHeadersOf, partsOf } from '../cli/console/header-client.ts';
import { commandPath, environment } from '../cli/command.ts';
import { putVisits } from '../cli/put-visits.ts';
import { runPlateline } from '../cli/run-plateline.ts';
import { eventually } from '../eventually.ts';
import { isFinal, s3EventRecord, startPipeline, type Pipeline } from '../promises/pipeline.ts';
import { documentedPermissionsOf } from './documented-permissions.ts';
import { needsOf } from './iam.ts';
import { callsOf, faultsIn } from './recorded-calls.ts';
import type { AwsCall } from './recorded-request.ts';

let pipeline: Pipeline;
let imageId: string;
beforeAll(async () => {
  pipeline = await startPipeline();
  await pipeline.upload('gate/taxi.png', readSample('taxi.png'), { camera: 'gate' });
  const record = await pipeline.recordOf('gate/taxi.png', isFinal);
  imageId = String(record['imageId']);
});
afterAll(() => pipeline.stop());

function check(calls: readonly AwsCall[], permissions: ReadonlySet<string>): void {
  assert.ok(calls.length > 0);
  assert.deepEqual(faultsIn(calls), []);
  const needed = new Set(calls.flatMap(needsOf).map(({ action }) => action));
  assert.deepEqual(
    [...needed].filter((action) => !permissions.has(action)),
    [],
  );
}

describe('the requests of the console', () => {
  let running: RunningConsole;
  beforeAll(async () => {
    const { stack } = pipeline;
    const connection = {
      region: stack.s3.clientConfiguration.region,
      endpointUrl: stack.gateway.url,
      credentials: { accessKeyId: 'console', secretAccessKey: 'local' },
    };
    running = await startConsole({
      source: {
        dynamodb: createDynamoDBClient(connection),
        s3: createS3Client(connection),
        sqs: createSqsClient(connection),
        ssm: createSsmClient(connection),
        stage: 'local',
        writer: 'somebody',
        bucket: stack.bucket,
        ...resourcesOf({ stage: 'local' }),
      },
      port: 0,
      onBug: (error) => {
        throw error;
      },
    });
  });
  afterAll(() => running.close());

  test('are as AWS models them on every page, and its documented permissions allow them', async () => {
    const { stack } = pipeline;
    const letter = JSON.stringify({ Records: [s3EventRecord(stack.bucket, 'gate/gone.png')] });
    await pipeline.sqs.send(
      new SendMessageCommand({ QueueUrl: stack.deadLetterQueueUrl, MessageBody: letter }),
    );
    const dynamodb = createDynamoDBClient({
      region: stack.s3.clientConfiguration.region,
      endpointUrl: stack.dynamodb.directClientConfiguration.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'local' },
    });
    const reads = [{ camera: 'gate', capturedAt: new Date().toISOString() }];
    await putVisits(dynamodb, stack.visitsTableName, [
      { site: 'garage', plate: '12가3456', reads, isInProgress: true },
    ]);
    dynamodb.destroy();
    const ask = clientOf(partsOf(running).port);
    const own = await ownHeadersOf(running);
    const id = encodeURIComponent(imageId);
    const entry = { note: '', from: '', until: '', days: '', hours: '', cameras: [] };
    for (const [method, path, body] of [
      ['GET', '/api/search?plate=5215'],
      ['GET', `/api/picture?id=${id}`],
      ['GET', `/api/picture/bytes?id=${id}`],
      ['GET', `/api/picture/small?id=${id}`],
      ['GET', '/api/review'],
      ['GET', '/api/visits'],
      ['GET', '/api/visits?site=garage&since=2026-11-22'],
      ['GET', '/api/visits?site=garage&plate=12%EA%B0%803456'],
      ['GET', '/api/visits/sites'],
      ['GET', '/api/on-site'],
      ['GET', '/api/usage'],
      ['GET', '/api/cameras'],
      ['GET', '/api/waiting'],
      ['GET', '/api/waiting/dead-letters'],
      ['POST', '/api/waiting/redrive', '{}'],
      ['POST', '/api/lists', '{"list":"blocked","kind":"seen","strength":"exact","cameras":["gate"]}'],
      ['POST', '/api/lists/import?list=blocked', '12가3456\n34나5678\n'],
      ['POST', '/api/lists/entries', JSON.stringify({ ...entry, list: 'blocked', plate: '56다7890' })],
      ['DELETE', '/api/lists/entries?list=blocked&plate=56%EB%8B%A47890'],
      ['GET', '/api/lists'],
      ['GET', '/api/lists/entries?list=blocked'],
      ['GET', '/api/lists/export?list=blocked'],
    ] as const) {
      const { status, body: answer } = await ask(method, path, own, body);
      assert.ok(status < 300, `${method} ${path}: ${status} ${answer}`);
    }
    const upload = `http://127.0.0.1:${partsOf(running).port}/api/uploads?name=car.png`;
    const { status } = await fetch(upload, { method: 'POST', headers: own, body: readSample('taxi.png') });
    assert.equal(status, 200);
    const calls = callsOf(stack, 'console');
    const permissions = [...documentedPermissionsOf('console'), ...documentedPermissionsOf('redrive')];
    check(calls, new Set(permissions));
    const operations = new Set(calls.map(({ operation }) => operation));
    for (const operation of [
      'Query',
      'GetItem',
      'BatchGetItem',
      'GetObject',
      'PutObject',
      'Scan',
      'BatchWriteItem',
      'PutItem',
      'DeleteItem',
      'ReceiveMessage',
      'SendMessageBatch',
    ]) {
      assert.ok(operations.has(operation), operation);
    }
  });
});

test('the requests of plateline tail are as AWS models them, and its documented permissions allow them', async (context) => {
  const { stack } = pipeline;
  const args = ['tail', '--stage', 'local', '--endpoint-url', stack.gateway.url];
  const child = spawn(process.execPath, [commandPath, ...args], {
    env: { ...environment, AWS_ACCESS_KEY_ID: 'tail' },
  });
  context.onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const shown = (text: string) =>
    eventually(text, () => output.includes(text) || undefined, { lastSeen: () => output });
  await shown('captured (KST)');
  // Only records from after the start are new.
  await pipeline.upload('gate/later.png', readSample('empty-road.png'), { camera: 'gate' });
  await shown('gate/later.png');
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
  check(callsOf(stack, 'tail'), documentedPermissionsOf('tail'));
});

test('plateline read sends no request to AWS', async () => {
  const { stack } = pipeline;
  const picture = new URL('../../infra/local/samples/pictures/taxi.png', import.meta.url).pathname;
  const env = { ...environment, AWS_ACCESS_KEY_ID: 'read', AWS_ENDPOINT_URL: stack.gateway.url };
  const { status, errors } = await runPlateline(['read', picture], { env });
  assert.equal(status, 0, errors);
  assert.deepEqual(callsOf(stack, 'read'), []);
});
