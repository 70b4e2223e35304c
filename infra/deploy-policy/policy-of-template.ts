import * as z from 'zod';
import { resolveIntrinsics, type DeploymentTarget } from '../local/template/intrinsics.ts';

/** A statement of an IAM policy. */
export type Statement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** The tag of keys: they have no names, so the policy knows them by it. */
const stageTag = 'plateline:stage';

/** What CloudFormation asks for in the caller's name. */
const throughCloudFormation = { 'aws:CalledViaFirst': 'cloudformation.amazonaws.com' };

/** Types whose permissions are in the statement of another type. */
const coveredTypes: ReadonlySet<string> = new Set([
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Subscription',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
]);

/** By resource type: the property with the name, the ARN of a name, and the statements for all ARNs. */
type TypeRule = {
  readonly nameProperty: string;
  readonly arnOf: (name: string, target: DeploymentTarget) => string;
  readonly statementsOf: (arns: readonly string[], target: DeploymentTarget, stage: string) => Statement[];
};

const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Statement['Condition'],
): Statement => ({ Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });

const regional =
  (service: string, prefix: string) =>
  (name: string, { region, accountId }: DeploymentTarget) =>
    `arn:aws:${service}:${region}:${accountId}:${prefix}${name}`;

const typeRules: Readonly<Record<string, TypeRule>> = {
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    arnOf: (name) => `arn:aws:s3:::${name}`,
    statementsOf: bucketStatements,
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arnOf: regional('sqs', ''),
    statementsOf: (arns) => [
      allow(
        'Queues',
        prefixed('sqs', [
          'CreateQueue',
          'DeleteQueue',
          'GetQueueAttributes',
          'GetQueueUrl',
          'ListQueueTags',
          'SetQueueAttributes',
          'TagQueue',
          'UntagQueue',
        ]),
        arns,
      ),
    ],
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    arnOf: regional('dynamodb', 'table/'),
    statementsOf: tableStatements,
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arnOf: regional('lambda', 'function:'),
    statementsOf: functionStatements,
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arnOf: regional('logs', 'log-group:'),
    statementsOf: logGroupStatements,
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arnOf: (name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}`,
    statementsOf: roleStatements,
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    arnOf: regional('sns', ''),
    statementsOf: topicStatements,
  },
  'AWS::KMS::Key': {
    nameProperty: '',
    arnOf: regional('kms', 'key/'),
    statementsOf: keyStatements,
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arnOf: regional('cloudwatch', 'alarm:'),
    statementsOf: alarmStatements,
  },
  'AWS::CloudWatch::Dashboard': {
    nameProperty: 'DashboardName',
    arnOf: (name, { accountId }) => `arn:aws:cloudwatch::${accountId}:dashboard/${name}`,
    statementsOf: (arns) => [
      allow('Dashboards', prefixed('cloudwatch', ['DeleteDashboards', 'GetDashboard', 'PutDashboard']), arns),
    ],
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    arnOf: regional('events', 'rule/'),
    statementsOf: (arns) => [
      allow(
        'Rules',
        prefixed('events', [
          'DeleteRule',
          'DescribeRule',
          'ListTargetsByRule',
          'PutRule',
          'PutTargets',
          'RemoveTargets',
        ]),
        arns,
      ),
    ],
  },
};

/**
 * The least that a person needs to deploy, update and remove this template, for exactly its resources. Throws a
 * RangeError for a type of resource that no rule covers.
 */
export function statementsOfTemplate(
  template: unknown,
  target: DeploymentTarget,
  stage: string,
): readonly Statement[] {
  const { Resources } = templateSchema.parse(template);
  const arns = new Map<string, string[]>();
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    if (coveredTypes.has(Type)) continue;
    const rule = typeRules[Type];
    if (rule === undefined) throw new RangeError(`No rule of the deploy policy covers ${Type}.`);
    const name = resolveIntrinsics(Properties[rule.nameProperty], Resources, target);
    arns.set(Type, [
      ...(arns.get(Type) ?? []),
      rule.arnOf(typeof name === 'string' ? name : generatedName(Type, logicalId, stage), target),
    ]);
  }
  return [
    ...stackStatements(target, stage),
    ...[...arns].flatMap(([Type, known]) => typeRules[Type]?.statementsOf(known, target, stage) ?? []),
  ];
}

/** CloudFormation cuts a logical id at this length where a name would become too long. */
const shortenedLength = 24;

/** CloudFormation's names: the stack, the logical id, perhaps shortened, and random characters. */
function generatedName(type: string, logicalId: string, stage: string): string {
  const name = `plateline-${stage}-${logicalId.slice(0, shortenedLength)}*`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

function prefixed(service: string, names: readonly string[]): string[] {
  return names.map((name) => `${service}:${name}`);
}

function stackStatements({ region, accountId }: DeploymentTarget, stage: string): Statement[] {
  return [
    allow(
      'Stack',
      prefixed('cloudformation', [
        'CreateChangeSet',
        'CreateStack',
        'DeleteChangeSet',
        'DeleteStack',
        'DescribeChangeSet',
        'DescribeStackEvents',
        'DescribeStackResource',
        'DescribeStackResources',
        'DescribeStacks',
        'ExecuteChangeSet',
        'GetTemplate',
        'ListStackResources',
        'UpdateStack',
      ]),
      [`arn:aws:cloudformation:${region}:${accountId}:stack/plateline-${stage}/*`],
    ),
    // None of these names a resource of the stage.
    allow('Validate', ['cloudformation:ValidateTemplate'], ['*']),
  ];
}

function bucketStatements(arns: readonly string[]): Statement[] {
  return [
    allow(
      'Buckets',
      prefixed('s3', [
        'CreateBucket',
        'DeleteBucket',
        'DeleteBucketPolicy',
        'GetBucket*',
        'GetEncryptionConfiguration',
        'GetLifecycleConfiguration',
        'ListBucket',
        'ListBucketVersions',
        'PutBucketLogging',
        'PutBucketNotification',
        'PutBucketOwnershipControls',
        'PutBucketPolicy',
        'PutBucketPublicAccessBlock',
        'PutBucketTagging',
        'PutBucketVersioning',
        'PutEncryptionConfiguration',
        'PutLifecycleConfiguration',
      ]),
      arns,
    ),
    // Only the bucket of the deployments: a deployer need not see a picture.
    allow(
      'Packages',
      prefixed('s3', ['DeleteObject', 'DeleteObjectVersion', 'GetObject', 'GetObjectVersion', 'PutObject']),
      arns.filter((arn) => arn.endsWith('*')).map((arn) => `${arn}/*`),
    ),
  ];
}

function tableStatements(arns: readonly string[], { region }: DeploymentTarget): Statement[] {
  return [
    allow(
      'Tables',
      prefixed('dynamodb', [
        'CreateTable',
        'DeleteTable',
        'DescribeContinuousBackups',
        'DescribeContributorInsights',
        'DescribeKinesisStreamingDestination',
        'DescribeTable',
        'DescribeTimeToLive',
        'ListTagsOfResource',
        'TagResource',
        'UntagResource',
        'UpdateContinuousBackups',
        'UpdateTable',
        'UpdateTimeToLive',
      ]),
      arns,
    ),
    // The AWS managed key of the tables.
    allow('TableKey', prefixed('kms', ['CreateGrant', 'DescribeKey', 'RevokeGrant']), ['*'], {
      StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` },
    }),
  ];
}

function functionStatements(arns: readonly string[], { region, accountId }: DeploymentTarget): Statement[] {
  const ofTheseFunctions = { ArnEquals: { 'lambda:FunctionArn': arns } };
  return [
    allow(
      'Functions',
      prefixed('lambda', [
        'AddPermission',
        'CreateFunction',
        'DeleteFunction',
        'GetFunction',
        'GetFunctionCodeSigningConfig',
        'GetFunctionConfiguration',
        'GetPolicy',
        'GetRuntimeManagementConfig',
        'ListTags',
        'ListVersionsByFunction',
        'RemovePermission',
        'TagResource',
        'UntagResource',
        'UpdateFunctionCode',
        'UpdateFunctionConfiguration',
      ]),
      arns,
    ),
    allow('ConnectQueues', ['lambda:CreateEventSourceMapping'], ['*'], ofTheseFunctions),
    allow(
      'Mappings',
      prefixed('lambda', ['DeleteEventSourceMapping', 'GetEventSourceMapping', 'UpdateEventSourceMapping']),
      [`arn:aws:lambda:${region}:${accountId}:event-source-mapping:*`],
      ofTheseFunctions,
    ),
  ];
}

function logGroupStatements(arns: readonly string[], { region, accountId }: DeploymentTarget): Statement[] {
  return [
    allow(
      'LogGroups',
      prefixed('logs', [
        'CreateLogGroup',
        'DeleteLogGroup',
        'DeleteRetentionPolicy',
        'ListTagsForResource',
        'PutRetentionPolicy',
        'TagResource',
        'UntagResource',
      ]),
      // Some actions name the group, others all of its streams.
      arns.flatMap((arn) => [arn, `${arn}:*`]),
    ),
    allow('ListLogGroups', ['logs:DescribeLogGroups'], [`arn:aws:logs:${region}:${accountId}:log-group:*`]),
  ];
}

function roleStatements(arns: readonly string[]): Statement[] {
  return [
    allow(
      'Roles',
      prefixed('iam', [
        'CreateRole',
        'DeleteRole',
        'DeleteRolePolicy',
        'GetRole',
        'GetRolePolicy',
        'ListAttachedRolePolicies',
        'ListRolePolicies',
        'PutRolePolicy',
        'TagRole',
        'UntagRole',
        'UpdateAssumeRolePolicy',
        'UpdateRole',
        'UpdateRoleDescription',
      ]),
      arns,
    ),
    allow('PassRoles', ['iam:PassRole'], arns, {
      StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    }),
  ];
}

function topicStatements(arns: readonly string[]): Statement[] {
  return [
    allow(
      'Topics',
      prefixed('sns', [
        'CreateTopic',
        'DeleteTopic',
        'GetDataProtectionPolicy',
        'GetTopicAttributes',
        'ListSubscriptionsByTopic',
        'ListTagsForResource',
        'SetTopicAttributes',
        'Subscribe',
        'TagResource',
        'UntagResource',
      ]),
      arns,
    ),
    allow(
      'Subscriptions',
      prefixed('sns', ['GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'Unsubscribe']),
      // A subscription's ARN is that of its topic and an id.
      arns.flatMap((arn) => [arn, `${arn}:*`]),
    ),
  ];
}

function keyStatements(_arns: readonly string[], target: DeploymentTarget, stage: string): Statement[] {
  const anyKey = [regional('kms', 'key/*')('', target)];
  return [
    // Only together with a tag of this stage, so that no tag makes somebody else's key this stage's.
    allow('NewKey', ['kms:CreateKey', 'kms:TagResource'], ['*'], {
      StringEquals: { [`aws:RequestTag/${stageTag}`]: stage, ...throughCloudFormation },
    }),
    allow(
      'Key',
      prefixed('kms', [
        'DescribeKey',
        'DisableKey',
        'DisableKeyRotation',
        'EnableKey',
        'EnableKeyRotation',
        'GetKeyPolicy',
        'GetKeyRotationStatus',
        'ListResourceTags',
        'PutKeyPolicy',
        'ScheduleKeyDeletion',
        'UntagResource',
        'UpdateKeyDescription',
      ]),
      anyKey,
      { StringEquals: { [`aws:ResourceTag/${stageTag}`]: stage, ...throughCloudFormation } },
    ),
  ];
}

function alarmStatements(arns: readonly string[], { region, accountId }: DeploymentTarget): Statement[] {
  return [
    allow('Alarms', prefixed('cloudwatch', ['DeleteAlarms', 'PutMetricAlarm']), arns),
    allow('ListAlarms', ['cloudwatch:DescribeAlarms'], [`arn:aws:cloudwatch:${region}:${accountId}:alarm:*`]),
  ];
}
