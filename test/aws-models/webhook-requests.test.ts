import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { storeNewWebhook } from '../../cli/aws/add-webhook.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { createWebhooksTable } from '../../functions/adapters/webhooks-table.ts';
import { failuresBeforePause } from '../../functions/core/webhook/retry.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { matchedEvent } from '../fakes/events.ts';
import { makeSqsRecord } from '../fakes/sqs-record.ts';
import { startWebhookReceiver } from '../fakes/webhook-receiver.ts';
import { idleGrantsOf, isAllowed, needsOf, type Need } from './iam.ts';
import { packagedRole } from './packaged-role.ts';
import { callsOf, faultsIn } from './recorded-calls.ts';
import type { AwsCall } from './recorded-request.ts';

const signer = 'deliver-webhook';
const arnOf = (service: string, name: string) => `arn:aws:${service}:ap-northeast-2:000000000000:${name}`;
const queue = arnOf('sqs', 'plateline-local-webhooks');
const deadLetterQueue = arnOf('sqs', 'plateline-local-webhooks-dead-letter');
const log = arnOf('logs', 'log-group:/aws/lambda/plateline-local-deliver-webhook');

let stack: LocalStack;
let calls: AwsCall[];

beforeAll(async () => {
  stack = await startLocalStack({
    polling: false,
    recordRequests: true,
    environment: { AWS_ACCESS_KEY_ID: signer },
  });
  calls = await everyRequest(stack);
});
afterAll(() => stack.stop());

/** Brings the function to every request that it can send. */
async function everyRequest(started: LocalStack): Promise<AwsCall[]> {
  const statuses = [...Array.from({ length: failuresBeforePause }, () => 500), 410];
  const receiver = await startWebhookReceiver(() => statuses.shift() ?? 204);
  await addWebhook(started, new URL(receiver.url));
  const table = createWebhooksTable(started.webhooksTableName, started.dynamodb.directClientConfiguration);
  const sandbox = started.functionOf('deliver-webhook').createSandbox();
  const handle = async (body: unknown) => {
    const record = makeSqsRecord({
      messageId: randomUUID(),
      body: JSON.stringify(body),
      sentMs: Date.now(),
      queueArn: queue,
    });
    const event = z.json().parse({ Records: [record] });
    assert.equal((await sandbox.invoke(event)).kind, 'returned');
  };
  await handle(matchedEvent());
  // It fails until the webhook is paused.
  const delivery = { webhookId: 'office', event: matchedEvent() };
  for (let failure = 1; failure <= failuresBeforePause + 1; failure += 1) await handle(delivery);
  await table.pauseUntil('office', 0);
  // 410, then a success.
  await handle(delivery);
  await table.pauseUntil('office', 0);
  await handle(delivery);
  assert.equal(receiver.received.length, failuresBeforePause + 2);
  await receiver.stop();
  return callsOf(started, signer);
}

async function addWebhook({ dynamodb, ssm }: LocalStack, url: URL): Promise<void> {
  const store = {
    ...resourcesOf({ stage: 'local' }),
    dynamodb: new DynamoDBClient(dynamodb.directClientConfiguration),
    ssm: new SSMClient(ssm.directClientConfiguration),
  };
  await storeNewWebhook(store, { webhookId: 'office', url, format: 'json' });
  store.dynamodb.destroy();
  store.ssm.destroy();
}

/** What Lambda itself does in the function's name (Developer Guide: SQS, logs, X-Ray). */
const needsOfLambda: readonly Need[] = [
  ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => ({
    action: `sqs:${name}`,
    resource: queue,
  })),
  { action: 'logs:CreateLogStream', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'logs:PutLogEvents', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'xray:PutTraceSegments', resource: '*' },
  { action: 'xray:PutTelemetryRecords', resource: '*' },
];

/** What nobody who takes over the function must be able to do. */
const forbidden: readonly Need[] = [
  ...['readings', 'lists', 'visits', 'usage'].map((name) => ({
    action: 'dynamodb:Query',
    resource: arnOf('dynamodb', `table/plateline-local-${name}`),
  })),
  ...['Scan', 'DeleteItem', 'DeleteTable'].map((name) => ({
    action: `dynamodb:${name}`,
    resource: arnOf('dynamodb', 'table/plateline-local-webhooks'),
  })),
  { action: 'ssm:GetParameters', resource: arnOf('ssm', 'parameter/plateline/local/secret-key') },
  { action: 'ssm:GetParameters', resource: arnOf('ssm', 'parameter/plateline/prod/webhooks/office') },
  { action: 'ssm:PutParameter', resource: arnOf('ssm', 'parameter/plateline/local/webhooks/office') },
  { action: 'sqs:SendMessage', resource: arnOf('sqs', 'plateline-local-pictures') },
  { action: 'sqs:ReceiveMessage', resource: deadLetterQueue },
  { action: 'sqs:PurgeQueue', resource: queue },
  { action: 'sns:Publish', resource: arnOf('sns', 'plateline-local-events') },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::plateline-local-pictures/1.jpg' },
];

const textOf = ({ action, resource }: Need) => `${action} on ${resource}`;

describe("deliver-webhook's requests", () => {
  test('are as AWS models them: names, types, required members, limits and patterns', () => {
    assert.deepEqual(faultsIn(calls), []);
  });

  test('are of every operation that its source imports', () => {
    const sent = new Set(calls.map(({ service, operation }) => `${service} ${operation}`));
    assert.deepEqual([...sent].toSorted(), [
      'dynamodb PutItem',
      'dynamodb Query',
      'dynamodb UpdateItem',
      'sqs ChangeMessageVisibilityBatch',
      'sqs GetQueueAttributes',
      'sqs GetQueueUrl',
      'sqs SendMessage',
      'sqs SendMessageBatch',
      'ssm GetParameters',
    ]);
  });
});

describe("deliver-webhook's role", () => {
  const role = packagedRole('DeliverWebhookRole');

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
