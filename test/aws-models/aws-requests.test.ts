import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { createEventTopic } from '../../functions/adapters/event-topic.ts';
import { resolveIntrinsics } from '../../infra/local/template/intrinsics.ts';
import { localTarget } from '../../infra/local/local-target.ts';
import { environment, runInTerminal } from '../cli/command.ts';
import { runPlateline } from '../cli/run-plateline.ts';
import { matchedEvent } from '../fakes/events.ts';
import {
  isFinal,
  pictureOf,
  quietBucket,
  s3EventRecord,
  startPipeline,
  type Pipeline,
} from '../promises/pipeline.ts';
import { jsonInput, jsonOperation, type AwsService } from '../simulation/aws-service.ts';
import { runHistory } from '../simulation/run-history.ts';
import { idleGrantsOf, isAllowed, needsOf, parsePolicy, type Need } from './iam.ts';
import { documentedPermissionsOf } from './documented-permissions.ts';
import { callsOf, faultsIn } from './recorded-calls.ts';
import type { AwsCall } from './recorded-request.ts';
import { faultsOfS3Reply } from './s3-reply.ts';
import { faultsOf, models, type ServiceName } from './service-model.ts';

const root = path.resolve(import.meta.dirname, '../..');
const textOf = ({ action, resource }: Need) => `${action} on ${resource}`;

let pipeline: Pipeline;
let functionCalls: AwsCall[];
beforeAll(async () => {
  pipeline = await startPipeline({ environment: { AWS_ACCESS_KEY_ID: 'function' } });
  functionCalls = await everyOutcome(pipeline);
});
afterAll(() => pipeline.stop());

/** Brings the function to every request that it can send. */
async function everyOutcome({ stack, ...sending }: Pipeline): Promise<AwsCall[]> {
  stack.vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'failure', resultCode: 4010001 } });
  stack.vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'failure', resultCode: 5000001 } });
  const bytes = pictureOf('11가1111');
  const uploaded = await sending.upload('gate/정문 1+2.png', bytes, { camera: 'yard' });
  await sending.recordOf('gate/정문 1+2.png', isFinal);
  const again = s3EventRecord(stack.bucket, encodeURIComponent('gate/정문 1+2.png'), { ...uploaded });
  const gone = s3EventRecord(stack.bucket, 'gate/gone.png');
  const goneVersion = s3EventRecord(stack.bucket, 'gate/gone-version.png', { versionId: 'v1' });
  await sending.send(
    { Records: [again] },
    { Records: [gone] },
    { Records: [goneVersion] },
    'no notification',
  );
  await sending.recordOf('gate/gone.png', isFinal);
  await sending.recordOf('gate/gone-version.png', isFinal);
  await sending.deadLetters(1);
  return callsOf(stack, 'function');
}

describe("the function's requests", () => {
  test('are as AWS models them: names, types, required members, limits and patterns', () => {
    assert.deepEqual(faultsIn(functionCalls), []);
  });

  test('are of every operation that its source imports', () => {
    const sent = new Set(functionCalls.map(({ service, operation }) => `${service} ${operation}`));
    assert.deepEqual([...sent].toSorted(), [
      'dynamodb GetItem',
      'dynamodb UpdateItem',
      's3 GetObject',
      'sqs ChangeMessageVisibilityBatch',
      'sqs GetQueueAttributes',
      'sqs GetQueueUrl',
      'sqs SendMessage',
      'ssm GetParameters',
    ]);
  });
});

const template = z
  .object({
    Resources: z.record(
      z.string(),
      z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(path.join(root, '.build/local/cloudformation-template-update-stack.json'), 'utf8'),
    ),
  );

const policySchema = z.object({ PolicyDocument: z.unknown() });
const resolved = (properties: unknown) => resolveIntrinsics(properties, template.Resources, localTarget);

const roleProperties = z
  .object({ RoleName: z.string(), Policies: z.array(policySchema) })
  .parse(resolved(template.Resources['ReadPlateRole']?.Properties));
const attachedPolicies = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::IAM::Policy')
  .map(({ Properties }) => policySchema.extend({ Roles: z.array(z.string()) }).parse(resolved(Properties)))
  .filter(({ Roles }) => Roles.includes(roleProperties.RoleName));
const role = [...roleProperties.Policies, ...attachedPolicies].map(({ PolicyDocument }) =>
  parsePolicy(PolicyDocument),
);

const arnOf = (service: string, name: string) => `arn:aws:${service}:ap-northeast-2:000000000000:${name}`;
const queue = arnOf('sqs', 'plateline-local-pictures');
const deadLetterQueue = arnOf('sqs', 'plateline-local-pictures-dead-letter');
const readings = arnOf('dynamodb', 'table/plateline-local-readings');
const usage = arnOf('dynamodb', 'table/plateline-local-usage');
const bucket = 'arn:aws:s3:::plateline-local-pictures-000000000000-ap-northeast-2-an';
const log = arnOf('logs', 'log-group:/aws/lambda/plateline-local-read-plate');

/** What the function sends where pictures are held for long; test/functions/read-plate/batch.test.ts shows it. */
const needsOfHeldPictures: readonly Need[] = [{ action: 'sqs:SendMessage', resource: queue }];

/** What Lambda itself does in the function's name (Developer Guide: SQS, logs, X-Ray). */
const needsOfLambda: readonly Need[] = [
  { action: 'sqs:ReceiveMessage', resource: queue },
  { action: 'sqs:DeleteMessage', resource: queue },
  { action: 'sqs:GetQueueAttributes', resource: queue },
  { action: 'logs:CreateLogStream', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'logs:PutLogEvents', resource: `${log}:log-stream:2026/11/22/[$LATEST]1` },
  { action: 'xray:PutTraceSegments', resource: '*' },
  { action: 'xray:PutTelemetryRecords', resource: '*' },
];

/** What nobody who takes over the function must be able to do. */
const forbidden: readonly Need[] = [
  ...['PutObject', 'DeleteObject', 'DeleteObjectVersion', 'PutObjectTagging', 'GetObjectAcl'].map((name) => ({
    action: `s3:${name}`,
    resource: `${bucket}/gate/1.jpg`,
  })),
  ...['DeleteBucket', 'PutBucketPolicy', 'PutBucketNotification', 'PutLifecycleConfiguration'].map(
    (name) => ({
      action: `s3:${name}`,
      resource: bucket,
    }),
  ),
  {
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::plateline-local-crops-000000000000-ap-northeast-2-an/0.jpg',
  },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::another-bucket/1.jpg' },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::another-bucket' },
  { action: 's3:ListAllMyBuckets', resource: '*' },
  { action: 'sqs:PurgeQueue', resource: queue },
  { action: 'sqs:SetQueueAttributes', resource: queue },
  { action: 'sqs:ReceiveMessage', resource: deadLetterQueue },
  { action: 'sqs:DeleteMessage', resource: deadLetterQueue },
  { action: 'sqs:ReceiveMessage', resource: arnOf('sqs', 'plateline-prod-pictures') },
  ...['Scan', 'Query', 'PutItem', 'DeleteItem', 'BatchGetItem', 'DeleteTable', 'UpdateTable'].flatMap(
    (name) => [readings, usage].map((resource) => ({ action: `dynamodb:${name}`, resource })),
  ),
  { action: 'dynamodb:Query', resource: `${readings}/index/byPlate` },
  { action: 'dynamodb:UpdateItem', resource: arnOf('dynamodb', 'table/plateline-prod-readings') },
  { action: 'ssm:GetParameters', resource: arnOf('ssm', 'parameter/plateline/prod/secret-key') },
  { action: 'ssm:GetParameters', resource: arnOf('ssm', 'parameter/another') },
  { action: 'ssm:PutParameter', resource: arnOf('ssm', 'parameter/plateline/local/secret-key') },
  { action: 'ssm:GetParametersByPath', resource: arnOf('ssm', 'parameter/plateline/local') },
  { action: 'logs:DeleteLogGroup', resource: log },
  { action: 'logs:PutLogEvents', resource: arnOf('logs', 'log-group:/aws/lambda/another:log-stream:1') },
  { action: 'lambda:InvokeFunction', resource: arnOf('lambda', 'function:plateline-local-read-plate') },
  { action: 'kms:Decrypt', resource: arnOf('kms', 'key/1') },
  { action: 'sns:Publish', resource: arnOf('sns', 'plateline-local-alarms') },
  { action: 'sts:AssumeRole', resource: 'arn:aws:iam::000000000000:role/admin' },
  { action: 'iam:PassRole', resource: 'arn:aws:iam::000000000000:role/admin' },
];

describe("the function's role", () => {
  test('allows every request that the function and Lambda send', () => {
    const denied = [...functionCalls.flatMap(needsOf), ...needsOfLambda, ...needsOfHeldPictures].filter(
      (need) => !isAllowed(role, need),
    );
    assert.deepEqual(denied.map(textOf), []);
  });

  for (const need of forbidden) {
    test(`denies ${textOf(need)}`, () => {
      assert.equal(isAllowed(role, need), false);
    });
  }

  test('allows nothing that no request needs', () => {
    const needs = [...functionCalls.flatMap(needsOf), ...needsOfLambda, ...needsOfHeldPictures];
    const idle = idleGrantsOf(role, needs);
    assert.deepEqual(idle.map(textOf), []);
  });
});

/** An object without a record for `backfill`, and dead letters for `redrive`. */
async function prepareCommands({ stack, sqs }: Pipeline): Promise<void> {
  const direct = new S3Client(stack.s3.directClientConfiguration);
  const object = { Bucket: stack.bucket, Key: 'archive/1.png', Body: pictureOf('22가2222') };
  await direct.send(new PutObjectCommand(object));
  direct.destroy();
  for (const body of [{ Records: [s3EventRecord(stack.bucket, 'archive/2.png')] }, 'no notification']) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: stack.deadLetterQueueUrl, MessageBody: JSON.stringify(body) }),
    );
  }
}

/** Commands with what makes them send all that they can send. */
const commands: Readonly<Record<string, readonly (readonly string[])[]>> = {
  find: [['11가1111'], ['--last', '1111'], ['*', '--scan']],
  export: [['--camera', 'yard'], []],
  show: [['s3://BUCKET/gate/정문 1+2.png', '--save', '/dev/null/car.jpg']],
  usage: [[]],
  reclassify: [
    ['--review-below', '1'],
    ['--camera', 'yard', '--review-below', '0'],
  ],
  retention: [['--days', '30']],
  backfill: [['s3://BUCKET/archive/'], [`s3://${quietBucket}/archive/`]],
  redrive: [['--list'], ['--yes']],
  'secrets set': [[]],
  'webhook add': [['http://127.0.0.1:1/', '--name', 'office']],
  'webhook list': [[]],
  'webhook log': [['office']],
  'webhook test': [['office']],
  'webhook rotate': [['office']],
  'webhook redrive': [[]],
  'webhook remove': [['office']],
  'watch add': [['blocked', '12가3456']],
  'watch import': [['residents', '-']],
  'watch list': [[], ['blocked']],
  'watch export': [['blocked']],
  'watch remove': [
    ['blocked', '12가3456'],
    ['blocked', '--all'],
  ],
};

/** What a command reads from standard input; the others get the two keys. */
const inputs: Readonly<Record<string, string>> = { 'watch import': '12가3456\n' };

/** Actions that AWS checks for a request, but that no request of the command names. */
const behindTheScenes: Readonly<Record<string, readonly string[]>> = {
  // StartMessageMoveTask moves the messages in the name of the caller.
  redrive: ['sqs:DeleteMessage', 'sqs:SendMessage'],
  // For the messages of a queue that is not empty.
  'webhook redrive': ['sqs:ChangeMessageVisibility', 'sqs:SendMessage', 'sqs:DeleteMessage'],
};

describe('the requests of', () => {
  for (const [command, variants] of Object.entries(commands)) {
    test(`plateline ${command} are as AWS models them, and its documented permissions allow them`, async () => {
      const { stack } = pipeline;
      const env = { ...environment, AWS_ACCESS_KEY_ID: command.replace(' ', '-') };
      await prepareCommands(pipeline);
      for (const args of variants) {
        const given = args.map((arg) => arg.replace('BUCKET', stack.bucket));
        await runPlateline(
          [...command.split(' '), ...given, '--stage', 'local', '--endpoint-url', stack.gateway.url],
          { env, stdin: inputs[command] ?? 'local-app-key\nlocal-secret-key\n' },
        );
      }
      assertDocumented(command, callsOf(stack, env.AWS_ACCESS_KEY_ID));
    });
  }

  test('plateline listen are as AWS models them, and its documented permissions allow them', async (context) => {
    const { stack } = pipeline;
    const direct = stack.sqs.directClientConfiguration;
    const sqs = new SQSClient(direct);
    const sns = new SNSClient(direct);
    context.onTestFinished(() => {
      sqs.destroy();
      sns.destroy();
    });
    // What a listener left that crashed long ago.
    const QueueName = 'plateline-local-listen-1700000000-0a1b2c3d';
    await sqs.send(new CreateQueueCommand({ QueueName }));
    const Endpoint = arnOf('sqs', QueueName);
    await sns.send(new SubscribeCommand({ TopicArn: stack.eventsTopicArn, Protocol: 'sqs', Endpoint }));
    const terminal = runInTerminal(
      ['listen', '--events', 'list.matched', '--lists', 'blocked', '--stage', 'local'].concat(
        '--endpoint-url',
        stack.gateway.url,
      ),
      { env: { ...environment, AWS_ACCESS_KEY_ID: 'listen' } },
    );
    await terminal.shows(/time \(KST\)/);
    await createEventTopic(stack.eventsTopicArn, direct).publish([matchedEvent()]);
    await terminal.shows(/list\.matched/);
    terminal.type('\x03');
    await terminal.ended;
    assertDocumented('listen', callsOf(stack, 'listen'));
  });
});

/** Asserts that the calls are well formed, and need the permissions of a command in docs/plateline.md and no others. */
function assertDocumented(command: string, calls: readonly AwsCall[]): void {
  assert.ok(calls.length > 0);
  assert.deepEqual(faultsIn(calls), []);
  const needed = new Set(calls.flatMap(needsOf).map(({ action }) => action));
  const documented = documentedPermissionsOf(command);
  assert.deepEqual(
    [...needed].filter((action) => !documented.has(action)),
    [],
  );
  const explained = new Set([...needed, ...(behindTheScenes[command] ?? [])]);
  assert.deepEqual(
    [...documented].filter((action) => !explained.has(action)),
    [],
  );
}

const serviceOfSystem = { S3: 's3', SQS: 'sqs', SSM: 'ssm', DynamoDB: 'dynamodb' } as const;

test('every request in simulated histories, and every reply to one, is as AWS models it', async () => {
  const faults = new Set<string>();
  const check = (service: ServiceName, answered: AwsService): AwsService => ({
    ...answered,
    answer(request) {
      const response = answered.answer(request);
      if (service === 's3') {
        for (const fault of faultsOfS3Reply(answered.operationOf(request).name, response)) faults.add(fault);
        return response;
      }
      const operation = jsonOperation(request);
      for (const fault of faultsOf(service, operation, 'input', jsonInput(request))) faults.add(fault);
      const reply: unknown = JSON.parse(response.text);
      if (response.statusCode === 200) {
        for (const fault of faultsOf(service, operation, 'output', reply)) faults.add(fault);
      } else {
        const { __type: type } = z.object({ __type: z.string() }).parse(reply);
        const name = type.replace(/^.*#/, '');
        if (!models[service].operations[operation]?.errors.includes(name))
          faults.add(`${operation}: ${name}`);
      }
      return response;
    },
  });
  for (const reader of ['endpoint', 'capped-endpoint', 'refusing-endpoint'] as const) {
    for (let seed = 1; seed <= 40; seed++) {
      await runHistory(seed, (system, service) => check(serviceOfSystem[system], service), reader);
    }
  }
  assert.deepEqual([...faults], []);
});
