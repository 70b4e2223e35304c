import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { createVisitsTable } from '../../functions/adapters/visits-table.ts';
import { emptySite } from '../../functions/core/visit/site-state.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { streamEventOf } from '../fakes/stream-records.ts';
import { idleGrantsOf, isAllowed, needsOf, type Need } from './iam.ts';
import { packagedRole } from './packaged-role.ts';
import { callsOf, faultsIn } from './recorded-calls.ts';
import type { AwsCall } from './recorded-request.ts';

const signer = 'notify';
let stack: LocalStack;
let calls: AwsCall[];

beforeAll(async () => {
  stack = await startLocalStack({
    polling: false,
    recordRequests: true,
    environment: { AWS_ACCESS_KEY_ID: signer, EVENT_PLATES: 'hashed' },
  });
  calls = await everyRequest(stack);
});
afterAll(() => stack.stop());

/** Brings the function to every request that it can send. */
async function everyRequest(started: LocalStack): Promise<AwsCall[]> {
  const { visitsTableName, dynamodb } = started;
  const client = new DynamoDBClient(dynamodb.directClientConfiguration);
  // A site with visits in the past, which late reads are compared with.
  const visits = createVisitsTable(visitsTableName, 30, dynamodb.directClientConfiguration);
  await visits.save('gate', 0, { ...emptySite, leftUntil: '2026-11-22T09:00:00.000Z' }, undefined);
  client.destroy();
  const sandbox = started.functionOf('notify').createSandbox();
  const records = z.json().parse(
    streamEventOf([
      {
        imageId: 's3://pictures/gate/1.jpg',
        plate: '12허3456',
        camera: 'gate',
        uploadedAt: new Date().toISOString(),
      },
      { imageId: 's3://pictures/gate/2.jpg', plate: '34나7890', camera: 'gate' },
    ]),
  );
  // Two days later the camera is due.
  const later = new Date(Date.now() + 2 * 24 * 3600 * 1000).toISOString();
  for (const event of [records, records, { time: '2026-11-22T09:00:00Z' }, { time: later }])
    assert.equal((await sandbox.invoke(event)).kind, 'returned');
  return callsOf(started, signer);
}

const role = packagedRole('NotifyRole');

const arnOf = (service: string, name: string) => `arn:aws:${service}:ap-northeast-2:000000000000:${name}`;
const readings = arnOf('dynamodb', 'table/plateline-local-readings');
const log = arnOf('logs', 'log-group:/aws/lambda/plateline-local-notify');

/** What Lambda itself does in the function's name (Developer Guide: DynamoDB streams, logs, X-Ray). */
const needsOfLambda: readonly Need[] = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((name) => ({
    action: `dynamodb:${name}`,
    resource: `${readings}/stream/local`,
  })),
  { action: 'dynamodb:ListStreams', resource: '*' },
  { action: 'sqs:SendMessage', resource: arnOf('sqs', 'plateline-local-lost-records') },
  { action: 'logs:CreateLogStream', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'logs:PutLogEvents', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'xray:PutTraceSegments', resource: '*' },
  { action: 'xray:PutTelemetryRecords', resource: '*' },
];

/** What nobody who takes over the function must be able to do. */
const forbidden: readonly Need[] = [
  ...['GetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem'].map((name) => ({
    action: `dynamodb:${name}`,
    resource: readings,
  })),
  { action: 'dynamodb:PutItem', resource: arnOf('dynamodb', 'table/plateline-local-lists') },
  { action: 'ssm:GetParameters', resource: arnOf('ssm', 'parameter/plateline/local/secret-key') },
  { action: 'sns:Publish', resource: arnOf('sns', 'plateline-local-alarms') },
  { action: 'sns:Subscribe', resource: arnOf('sns', 'plateline-local-events') },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::plateline-local-pictures/1.jpg' },
];

const textOf = ({ action, resource }: Need) => `${action} on ${resource}`;

describe("notify's requests", () => {
  test('are as AWS models them: names, types, required members, limits and patterns', () => {
    assert.deepEqual(faultsIn(calls), []);
  });

  test('are of every operation that its source imports', () => {
    const sent = new Set(calls.map(({ service, operation }) => `${service} ${operation}`));
    assert.deepEqual([...sent].toSorted(), [
      'dynamodb BatchGetItem',
      'dynamodb GetItem',
      'dynamodb PutItem',
      'dynamodb Query',
      'dynamodb Scan',
      'sns PublishBatch',
      'ssm GetParameters',
      'ssm PutParameter',
    ]);
  });

  test('name no plate where events have hashes only', () => {
    const published = JSON.stringify(calls.filter(({ service }) => service === 'sns'));
    assert.match(published, /plateHash/);
    assert.doesNotMatch(published, /12허3456|34나7890/);
  });
});

describe("notify's role", () => {
  test('allows every request that the function and Lambda send', () => {
    const denied = [...calls.flatMap(needsOf), ...needsOfLambda].filter((need) => !isAllowed(role, need));
    assert.deepEqual(denied.map(textOf), []);
  });

  for (const need of forbidden) {
    test(`denies ${textOf(need)}`, () => {
      assert.equal(isAllowed(role, need), false);
    });
  }

  test('allows nothing that no request needs', () => {
    const needs = [...calls.flatMap(needsOf), ...needsOfLambda];
    const idle = idleGrantsOf(role, needs);
    assert.deepEqual(idle.map(textOf), []);
  });
});
