import assert from 'node:assert/strict';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { beforeAll, describe, test } from 'vitest';
import { deployedPackage } from './deployed-package.ts';

const buckets = ['PicturesBucket', 'CropsBucket', 'ServerlessDeploymentBucket'];
const tables = ['ReadingsTable', 'UsageTable', 'VisitsTable', 'ListsTable', 'WebhooksTable'];

/**
 * Findings of cdk-nag that we accept, each with its reason. Several packs have the same rule, so a rule is
 * named without its pack.
 */
const acceptedFindings: readonly {
  readonly rules: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
}[] = [
  {
    rules: ['S1', 'S3BucketLoggingEnabled'],
    resources: ['PicturesBucket'],
    reason:
      'Access logs need a second bucket, and their keys list who drove where. S3 data events in CloudTrail can record each access.',
  },
  {
    rules: ['S1', 'S3BucketLoggingEnabled', 'S3BucketVersioningEnabled', 'S3DefaultEncryptionKMS'],
    resources: ['ServerlessDeploymentBucket'],
    reason:
      'osls makes it, with S3’s own keys. It holds the bundles and the template, which are public, under new keys each time, and no picture.',
  },
  {
    rules: ['S1', 'S3BucketLoggingEnabled', 'S3BucketVersioningEnabled'],
    resources: ['CropsBucket'],
    reason:
      'As for the pictures, access logs need a bucket of their own. An older version of a crop would outlive its retention.',
  },
  {
    rules: ['S3DefaultEncryptionKMS'],
    resources: ['PicturesBucket'],
    reason:
      "S3's own keys encrypt every object. With the AWS managed KMS key no camera of another account could upload, and with a key of ours each camera would need permission to use it.",
  },
  {
    rules: ['S3BucketReplicationEnabled'],
    resources: buckets,
    reason: 'A second copy of personal data in another region outlives its retention. S3 keeps three copies.',
  },
  {
    rules: ['S3BucketDefaultLockEnabled'],
    resources: buckets,
    reason: 'Locked pictures could not be deleted when their retention ends or a person asks for it.',
  },
  {
    rules: ['CloudWatchLogGroupEncrypted'],
    resources: ['ReadPlateLogGroup', 'NotifyLogGroup', 'DeliverWebhookLogGroup'],
    reason: 'CloudWatch encrypts every log with its own key, and no plate or secret is in one.',
  },
  {
    rules: ['DynamoDBInBackupPlan'],
    resources: tables,
    reason: 'Point-in-time recovery is on. Backups of a plan would keep deleted plates beyond it.',
  },
  {
    rules: ['IAMNoInlinePolicy'],
    resources: [
      'ReadPlateRole',
      'ReadKeysPolicy',
      'HoldPicturesPolicy',
      'KeepCropsPolicy',
      'ReadExistingBucketPolicy',
      'NotifyRole',
      'DeliverWebhookRole',
    ],
    reason: 'Each policy belongs to one role. A managed policy could be attached to others.',
  },
  {
    rules: ['IAM5[Resource::<PicturesBucket.Arn>/*]', 'LambdaStarPermissions'],
    resources: ['ReadPlateRole'],
    reason:
      'The function reads any picture, and cameras choose the keys. The bucket holds nothing but pictures.',
  },
  {
    rules: ['IAM5[Resource::arn:<AWS::Partition>:s3:::my-cameras/*]'],
    resources: ['ReadExistingBucketPolicy'],
    reason:
      'Cameras choose the keys. existingBucketPrefix narrows it where the bucket holds more than pictures.',
  },
  {
    rules: ['IAM5[Resource::<CropsBucket.Arn>/*]'],
    resources: ['KeepCropsPolicy'],
    reason: 'Each crop has a key of its own. The bucket holds nothing but crops.',
  },
  {
    rules: ['IAM5[Resource::*]'],
    resources: ['ReadPlateRole'],
    reason: 'PutTraceSegments and PutTelemetryRecords of X-Ray have no resources.',
  },
  {
    rules: ['IAM5[Resource::*]', 'LambdaStarPermissions'],
    resources: ['NotifyRole'],
    reason: 'ListStreams of DynamoDB and the two actions of X-Ray have no resources.',
  },
  {
    rules: ['IAM5[Resource::*]', 'LambdaStarPermissions'],
    resources: ['DeliverWebhookRole'],
    reason: 'The two actions of X-Ray have no resources.',
  },
  {
    rules: [
      'IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/plateline/STAGE/webhooks/*]',
    ],
    resources: ['DeliverWebhookRole'],
    reason: 'Each webhook has a parameter of its own, below this name.',
  },
  {
    rules: ['LambdaConcurrency'],
    resources: ['ReadPlateLambdaFunction', 'DeliverWebhookLambdaFunction'],
    reason:
      "Reserved concurrency throttles the queue's pollers, and each throttle uses up a receive. maximumConcurrency limits the function at the queue.",
  },
  {
    rules: ['LambdaDLQ'],
    resources: ['ReadPlateLambdaFunction', 'DeliverWebhookLambdaFunction'],
    reason: 'It is for asynchronous invocations. Here the queue has the dead-letter queue.',
  },
  {
    rules: ['LambdaConcurrency'],
    resources: ['NotifyLambdaFunction'],
    reason: 'The stream has few shards, and Lambda runs one invocation for each.',
  },
  {
    rules: ['LambdaDLQ'],
    resources: ['NotifyLambdaFunction'],
    reason: 'The stream has a failure destination. What the schedule misses, it does a minute later.',
  },
  {
    rules: ['LambdaEventSourceMappingDestination'],
    resources: [
      'ReadPlateEventSourceMappingSQSPicturesQueue',
      'DeliverWebhookEventSourceMappingSQSWebhooksQueue',
    ],
    reason: 'Lambda has no destination for a queue as event source; the queue has a dead-letter queue.',
  },
  {
    rules: ['LambdaInsideVPC'],
    resources: ['ReadPlateLambdaFunction'],
    reason:
      'The endpoint is on the internet, so a VPC would need a NAT gateway and protect nothing: the function accepts no connections.',
  },
  {
    rules: ['LambdaInsideVPC'],
    resources: ['NotifyLambdaFunction'],
    reason: 'It calls only services of AWS and accepts no connections.',
  },
  {
    rules: ['LambdaInsideVPC'],
    resources: ['DeliverWebhookLambdaFunction'],
    reason:
      'The receivers are on the internet, so a VPC would need a NAT gateway. The function accepts no connections, and sends to no private address.',
  },
  {
    rules: ['SQSRedrivePolicy'],
    resources: ['PicturesDeadLetterQueue', 'WebhooksDeadLetterQueue'],
    reason: 'It is a dead-letter queue itself.',
  },
  {
    rules: ['SQS3', 'SQSRedrivePolicy'],
    resources: ['LostRecordsQueue'],
    reason: 'It is a failure destination, which only people read.',
  },
  {
    rules: ['EventBusDLQ'],
    resources: ['NotifyEventsRuleSchedule1'],
    reason: 'The next minute does what an invocation by the clock has missed.',
  },
  {
    rules: ['SNSRedrivePolicy'],
    resources: ['WebhooksSubscription'],
    reason: 'SNS repeats a delivery to a queue for 23 days.',
  },
  {
    rules: ['SNSRedrivePolicy'],
    resources: ['AlarmSubscription'],
    reason: 'SNS delivers e-mail without redrive. The state of an alarm stays visible in CloudWatch.',
  },
];

const packs = [
  new AwsSolutionsChecks(),
  new HIPAASecurityChecks(),
  new NIST80053R4Checks(),
  new NIST80053R5Checks(),
  new PCIDSS321Checks(),
  new ServerlessChecks(),
];

const deployments = [
  ['--stage', 'prod', '--param', 'keepCrops=true', '--param', 'existingBucket=my-cameras'],
  [
    ...['--stage', 'dev', '--param', 'keepCrops=true', '--param', 'existingBucket=my-cameras'],
    ...['--param', 'alarmEmail=somebody@example.com'],
  ],
];

const findingOf = (rule: string, resource: string) => `${rule} at ${resource}`;

/** What all packs find, by rules without the names of their packs. */
async function findingsIn(parameters: string[]): Promise<string[]> {
  const packageDirectory = await deployedPackage(parameters);
  const app = new App();
  new CfnInclude(new Stack(app, 'Plateline'), 'Template', {
    templateFile: path.join(packageDirectory, 'cloudformation-template-update-stack.json'),
  });
  const violations = packs.flatMap((pack) => pack.validateScope(app).violations);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) =>
      findingOf(
        ruleName
          .replace(/^(AwsSolutions|HIPAA\.Security|NIST\.800\.53\.R[45]|PCI\.DSS\.321|Serverless)-/, '')
          // A rule can name the resource, and the resource its stage.
          .replace(/\/plateline\/(prod|dev)\//, '/plateline/STAGE/'),
        path.posix.basename(constructPath ?? ''),
      ),
    ),
  );
}

for (const parameters of deployments) {
  describe(`AWS's own rules in all six packs, with ${parameters.join(' ')}`, () => {
    let findings: string[];

    beforeAll(async () => {
      findings = await findingsIn(parameters);
    });

    test('find nothing that is not accepted with a reason', () => {
      const known = new Set(
        acceptedFindings.flatMap(({ rules, resources }) =>
          rules.flatMap((rule) => resources.map((resource) => findingOf(rule, resource))),
        ),
      );
      assert.deepEqual(
        findings.filter((finding) => !known.has(finding)),
        [],
      );
    });

    for (const { rules, resources, reason } of acceptedFindings) {
      test(`still find what we accept: ${rules.join(', ')} at ${resources.join(', ')}. ${reason}`, () => {
        for (const rule of rules) {
          for (const resource of resources) assert.ok(findings.includes(findingOf(rule, resource)), rule);
        }
      });
    }
  });
}
