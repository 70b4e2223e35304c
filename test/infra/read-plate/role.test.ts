import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import {
  grantsOfRole,
  importedCommands,
  onlyLambda,
  sortedTexts,
  statementsOfRole,
  type Grant,
} from '../roles.ts';
import { deployedTemplate, resourceOf, statementsOf, type Template } from '../template.ts';

/** Two stacks that together need everything that the source can send. */
let prod: Template;
let underPrivacy: Template;

beforeAll(async () => {
  prod = await deployedTemplate(['--stage', 'prod', '--param', 'keepCrops=true']);
  underPrivacy = await deployedTemplate(['--stage', 'prod', '--param', 'privacy=true']);
});

const properties = (logicalId: string) => resourceOf(prod, logicalId).Properties;

const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const bucket = getArn('PicturesBucket');
const objects = { 'Fn::Join': ['', [bucket, '/*']] };
const crops = { 'Fn::Join': ['', [getArn('CropsBucket'), '/*']] };
const queue = getArn('PicturesQueue');
const deadLetterQueue = getArn('PicturesDeadLetterQueue');
const table = getArn('ReadingsTable');
const usageTable = getArn('UsageTable');
const logGroup = getArn('ReadPlateLogGroup');
const parameter = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/plateline/prod/${name}`,
});

/** The permissions that each SDK command of the adapters needs, by the Service Authorization Reference. */
const grantsOfCommands: Readonly<Record<string, readonly Grant[]>> = {
  GetObjectCommand: [
    ['s3:GetObject', objects],
    // For a request with a version.
    ['s3:GetObjectVersion', objects],
    // Without these S3 answers AccessDenied instead of NoSuchKey and NoSuchVersion.
    ['s3:ListBucket', bucket],
    ['s3:ListBucketVersions', bucket],
  ],
  PutObjectCommand: [['s3:PutObject', crops]],
  ChangeMessageVisibilityBatchCommand: [['sqs:ChangeMessageVisibility', queue]],
  GetQueueAttributesCommand: [['sqs:GetQueueAttributes', queue]],
  GetQueueUrlCommand: [
    ['sqs:GetQueueUrl', queue],
    ['sqs:GetQueueUrl', deadLetterQueue],
  ],
  SendMessageCommand: [
    ['sqs:SendMessage', deadLetterQueue],
    // A message whose pictures are held is sent again.
    ['sqs:SendMessage', queue],
  ],
  GetItemCommand: [
    ['dynamodb:GetItem', table],
    ['dynamodb:GetItem', usageTable],
  ],
  UpdateItemCommand: [
    ['dynamodb:UpdateItem', table],
    ['dynamodb:UpdateItem', usageTable],
  ],
  GetParametersCommand: [
    ['ssm:GetParameters', parameter('app-key')],
    ['ssm:GetParameters', parameter('secret-key')],
    ['ssm:GetParameters', parameter('hash-key')],
  ],
  // The first picture under privacy creates the key of hashes.
  PutParameterCommand: [['ssm:PutParameter', parameter('hash-key')]],
  ScanCommand: [['dynamodb:Scan', getArn('ListsTable')]],
};

/** The permissions that Lambda itself uses: to poll the queue, write the log and send traces. */
const grantsOfLambda: readonly Grant[] = [
  ['sqs:ReceiveMessage', queue],
  ['sqs:DeleteMessage', queue],
  ['sqs:GetQueueAttributes', queue],
  ['logs:CreateLogStream', logGroup],
  ['logs:PutLogEvents', logGroup],
  ['xray:PutTraceSegments', '*'],
  ['xray:PutTelemetryRecords', '*'],
];

describe('the role', () => {
  test('is that of the function, and only Lambda can assume it', () => {
    assert.deepEqual(properties('ReadPlateLambdaFunction')['Role'], getArn('ReadPlateRole'));
    assert.deepEqual(statementsOf(properties('ReadPlateRole')['AssumeRolePolicyDocument']), onlyLambda);
    assert.equal(properties('ReadPlateRole')['ManagedPolicyArns'], undefined);
  });

  test('allows exactly what the source and Lambda call, each on one resource', async () => {
    assert.deepEqual(await importedCommands('read-plate'), Object.keys(grantsOfCommands).toSorted());
    assert.deepEqual(
      sortedTexts([prod, underPrivacy].flatMap((template) => grantsOfRole(template, 'ReadPlateRole'))),
      sortedTexts([...Object.values(grantsOfCommands).flat(), ...grantsOfLambda]),
    );
  });
});

test('the role of a function that keeps no crops may not store any', async () => {
  const withoutCrops = await deployedTemplate(['--stage', 'prod']);
  const actions = statementsOfRole(withoutCrops, 'ReadPlateRole').flatMap(({ Action }) => Action);
  assert.ok(actions.includes('s3:GetObject'));
  assert.ok(!actions.includes('s3:PutObject'));
});

test('the role of a function that hides no plates may read neither the lists nor the key of hashes', () => {
  const statements = JSON.stringify(statementsOfRole(prod, 'ReadPlateRole'));
  assert.doesNotMatch(statements, /ListsTable|hash-key|PutParameter/);
});

test('the role may read an existing bucket under its prefix, of its own account, and nothing else of it', async () => {
  const existing = await deployedTemplate([
    ...['--stage', 'prod', '--param', 'existingBucket=my-cameras'],
    ...['--param', 'existingBucketPrefix=gates/'],
  ]);
  const added = statementsOfRole(existing, 'ReadPlateRole').filter(({ Resource }) =>
    JSON.stringify(Resource).includes('my-cameras'),
  );
  const Condition = { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
  assert.deepEqual(
    added.map((statement) => ({ ...statement, Sid: undefined })),
    [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::my-cameras/gates/*' }],
        Condition,
        Sid: undefined,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketVersions'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::my-cameras' }],
        Condition,
        Sid: undefined,
      },
    ],
  );
});

test('the role of a function that reads the pictures itself may not read the keys', async () => {
  const builtIn = await deployedTemplate(['--stage', 'prod', '--param', 'reader=builtin']);
  const actions = statementsOfRole(builtIn, 'ReadPlateRole').flatMap(({ Action }) => Action);
  assert.ok(actions.includes('s3:GetObject'));
  assert.deepEqual(
    actions.filter((action) => action.startsWith('ssm:') || action.startsWith('kms:')),
    [],
  );
});

test('the role of a function that reads the pictures itself may hold none: it makes no calls', async () => {
  const builtIn = await deployedTemplate(['--stage', 'prod', '--param', 'reader=builtin']);
  const texts = sortedTexts(grantsOfRole(builtIn, 'ReadPlateRole'));
  assert.ok(texts.includes(`sqs:SendMessage on ${JSON.stringify(deadLetterQueue)}`));
  for (const grant of sortedTexts([
    ['sqs:SendMessage', queue],
    ['dynamodb:GetItem', usageTable],
  ])) {
    assert.ok(!texts.includes(grant), grant);
  }
});

/** Wildcards that a policy of the stack may allow, each with its reason. */
const acceptedWildcards: Readonly<Record<string, string>> = {
  'ReadPlateRole s3:GetObject on {"Fn::Join":["",[{"Fn::GetAtt":["PicturesBucket","Arn"]},"/*"]]}':
    'Cameras choose the keys.',
  'ReadPlateRole s3:GetObjectVersion on {"Fn::Join":["",[{"Fn::GetAtt":["PicturesBucket","Arn"]},"/*"]]}':
    'Cameras choose the keys.',
  'KeepCropsPolicy s3:PutObject on {"Fn::Join":["",[{"Fn::GetAtt":["CropsBucket","Arn"]},"/*"]]}':
    'Each crop has a key of its own.',
  'ReadPlateRole xray:PutTraceSegments on "*"': 'X-Ray has no resources.',
  'ReadPlateRole xray:PutTelemetryRecords on "*"': 'X-Ray has no resources.',
  'DeliverWebhookRole ssm:GetParameters on {"Fn::Sub":"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/plateline/prod/webhooks/*"}':
    'Each webhook has a parameter of its own.',
  'DeliverWebhookRole xray:PutTraceSegments on "*"': 'X-Ray has no resources.',
  'DeliverWebhookRole xray:PutTelemetryRecords on "*"': 'X-Ray has no resources.',
  'NotifyRole dynamodb:ListStreams on "*"':
    'Lambda lists the streams of an account; the action has no resources.',
  'NotifyRole xray:PutTraceSegments on "*"': 'X-Ray has no resources.',
  'NotifyRole xray:PutTelemetryRecords on "*"': 'X-Ray has no resources.',
  'AlarmTopicKey kms:* on "*"':
    'In the policy of a key "*" is that key. Without this statement nobody could ever change or delete it.',
  'AlarmTopicKey kms:Decrypt on "*"': 'In the policy of a key "*" is that key.',
  'AlarmTopicKey kms:GenerateDataKey on "*"': 'In the policy of a key "*" is that key.',
};

test('every wildcard that a policy allows has a reason, and every reason has its wildcard', () => {
  const documents = Object.entries(prod.Resources).flatMap(([logicalId, { Properties }]) => {
    const policies = z
      .array(z.object({ PolicyDocument: z.unknown() }))
      .default([])
      .parse(Properties['Policies']);
    return [
      Properties['PolicyDocument'],
      Properties['KeyPolicy'],
      ...policies.map((policy) => policy.PolicyDocument),
    ]
      .filter((document) => document !== undefined)
      .map((document) => ({ logicalId, document }));
  });
  const wildcards = documents.flatMap(({ logicalId, document }) =>
    statementsOf(document)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((resource) => `${action} on ${JSON.stringify(resource)}`)),
      )
      .filter((grant) => grant.includes('*'))
      .map((grant) => `${logicalId} ${grant}`),
  );
  assert.deepEqual(wildcards.toSorted(), Object.keys(acceptedWildcards).toSorted());
});

test('no policy of the stack allows everybody anything', () => {
  const documents = Object.values(prod.Resources).flatMap(({ Properties }) =>
    [Properties['PolicyDocument'], Properties['KeyPolicy']].filter((document) => document !== undefined),
  );
  const open = documents
    .flatMap((document) => statementsOf(document))
    .filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('*'));
  assert.deepEqual(open, []);
});
