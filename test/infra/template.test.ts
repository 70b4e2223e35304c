import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { retryDelaySeconds } from '../../functions/core/message/retry-delay.ts';
import { claimMarginMs } from '../../functions/read-plate/read-picture.ts';
import { finalStatuses } from '../../functions/core/record/record.ts';
import { readSettings as readNotifySettings } from '../../functions/notify/settings.ts';
import { readSettings } from '../../functions/read-plate/settings.ts';
import { deployedTemplate, resourceOf, statementsOf, type Template } from './template.ts';

const fourteenDaysSeconds = 14 * 24 * 3600;

let prod: Template;
let dev: Template;

beforeAll(async () => {
  prod = await deployedTemplate(['--stage', 'prod']);
  dev = await deployedTemplate(['--stage', 'dev']);
});

const properties = (logicalId: string) => resourceOf(prod, logicalId).Properties;

const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const deniesInsecureTransport = (policyId: string, action: string) =>
  statementsOf(properties(policyId)['PolicyDocument'])
    .filter(
      ({ Effect, Principal, Action }) => Effect === 'Deny' && Principal === '*' && Action.includes(action),
    )
    .filter(({ Condition }) => JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}')
    .flatMap(({ Resource }) => Resource);

describe('the bucket', () => {
  const bucketAndObjects = [getArn('PicturesBucket'), { 'Fn::Join': ['', [getArn('PicturesBucket'), '/*']] }];

  test('keeps the bytes of an overwritten key', () => {
    assert.deepEqual(properties('PicturesBucket')['VersioningConfiguration'], { Status: 'Enabled' });
  });

  test('encrypts its objects', () => {
    assert.deepEqual(properties('PicturesBucket')['BucketEncryption'], {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
  });

  test('cannot be made public, neither by a policy nor by an access control list', () => {
    assert.deepEqual(properties('PicturesBucket')['PublicAccessBlockConfiguration'], {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.deepEqual(properties('PicturesBucket')['OwnershipControls'], {
      Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
    });
  });

  test('refuses requests without TLS', () => {
    assert.deepEqual(deniesInsecureTransport('PicturesBucketPolicy', 's3:*'), bucketAndObjects);
  });

  test('refuses TLS older than 1.2', () => {
    const denied = statementsOf(properties('PicturesBucketPolicy')['PolicyDocument']).filter(
      ({ Condition }) => JSON.stringify(Condition) === '{"NumericLessThan":{"s3:TlsVersion":"1.2"}}',
    );
    assert.deepEqual(
      denied.map(({ Effect, Principal, Action, Resource }) => ({ Effect, Principal, Action, Resource })),
      [{ Effect: 'Deny', Principal: '*', Action: ['s3:*'], Resource: bucketAndObjects }],
    );
  });

  test('deletes pictures after the retention, and older versions as soon as no message can name them', () => {
    assert.deepEqual(properties('PicturesBucket')['LifecycleConfiguration'], {
      Rules: [
        {
          Id: 'retention',
          Status: 'Enabled',
          ExpirationInDays: 90,
          NoncurrentVersionExpiration: { NoncurrentDays: 28 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
        { Id: 'delete-markers', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
      ],
    });
  });

  test('notifies the queue of every created object', () => {
    assert.deepEqual(properties('PicturesBucket')['NotificationConfiguration'], {
      QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: getArn('PicturesQueue') }],
    });
  });

  test('has a name that no other account can ever take', () => {
    assert.equal(properties('PicturesBucket')['BucketNamespace'], 'account-regional');
    assert.match(bucketNamePattern(), /-\$\{AWS::AccountId\}-\$\{AWS::Region\}-an$/);
  });

  test('is created after the policy that lets it send to the queue', () => {
    assert.deepEqual(resourceOf(prod, 'PicturesBucket')['DependsOn'], ['PicturesQueuePolicy']);
  });
});

describe('the bucket of crops', () => {
  test('encrypts with the AWS managed KMS key, whose use CloudTrail records', () => {
    assert.deepEqual(properties('CropsBucket')['BucketEncryption'], {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
      ],
    });
  });

  test('has the privacy and the name of the bucket of pictures', () => {
    for (const property of ['PublicAccessBlockConfiguration', 'OwnershipControls', 'BucketNamespace']) {
      assert.deepEqual(properties('CropsBucket')[property], properties('PicturesBucket')[property]);
    }
  });

  test('refuses requests without TLS', () => {
    assert.deepEqual(deniesInsecureTransport('CropsBucketPolicy', 's3:*'), [
      getArn('CropsBucket'),
      { 'Fn::Join': ['', [getArn('CropsBucket'), '/*']] },
    ]);
  });

  test('deletes crops after the retention, with no older version left', () => {
    assert.equal(properties('CropsBucket')['VersioningConfiguration'], undefined);
    assert.deepEqual(properties('CropsBucket')['LifecycleConfiguration'], {
      Rules: [{ Id: 'retention', Status: 'Enabled', ExpirationInDays: 90 }],
    });
  });

  test('announces nothing, so that no crop is read as a picture', () => {
    assert.equal(properties('CropsBucket')['NotificationConfiguration'], undefined);
  });
});

describe('the queues', () => {
  for (const queue of [
    'PicturesQueue',
    'PicturesDeadLetterQueue',
    'LostRecordsQueue',
    'WebhooksDeadLetterQueue',
  ]) {
    test(`${queue} keeps a message for 14 days, the longest that SQS allows`, () => {
      assert.equal(properties(queue)['MessageRetentionPeriod'], fourteenDaysSeconds);
    });

    test(`${queue} encrypts its messages`, () => {
      assert.equal(properties(queue)['SqsManagedSseEnabled'], true);
    });

    test(`${queue} refuses requests without TLS`, () => {
      assert.deepEqual(properties(`${queue}Policy`)['Queues'], [{ Ref: queue }]);
      assert.deepEqual(deniesInsecureTransport(`${queue}Policy`, 'sqs:*'), [getArn(queue)]);
    });
  }

  test("accept notifications only from the stack's own bucket in its own account", () => {
    const bucketArn = `arn:\${AWS::Partition}:s3:::${bucketNamePattern()}`;
    const allowed = ['PicturesQueuePolicy', 'PicturesDeadLetterQueuePolicy']
      .flatMap((policy) => statementsOf(properties(policy)['PolicyDocument']))
      .filter(({ Effect }) => Effect === 'Allow');
    assert.deepEqual(allowed, [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: ['sqs:SendMessage'],
        Resource: [getArn('PicturesQueue')],
        Condition: {
          ArnEquals: { 'aws:SourceArn': { 'Fn::Sub': bucketArn } },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ]);
  });

  test('let only the pictures queue send to the dead-letter queue', () => {
    const queueName = z.string().parse(properties('PicturesQueue')['QueueName']);
    assert.deepEqual(properties('PicturesDeadLetterQueue')['RedriveAllowPolicy'], {
      redrivePermission: 'byQueue',
      sourceQueueArns: [
        { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${queueName}` },
      ],
    });
  });

  test('are polled with long polling', () => {
    assert.equal(properties('PicturesQueue')['ReceiveMessageWaitTimeSeconds'], 20);
  });

  test('hide a received message for six time-outs of the function, longer than a claim lasts', () => {
    const visibilityTimeoutSeconds = z.number().parse(properties('PicturesQueue')['VisibilityTimeout']);
    const functionTimeoutSeconds = z.number().parse(properties('ReadPlateLambdaFunction')['Timeout']);
    assert.ok(visibilityTimeoutSeconds >= 6 * functionTimeoutSeconds);
    assert.ok(visibilityTimeoutSeconds > functionTimeoutSeconds + claimMarginMs / 1000);
  });

  test('give up less than one in a million pictures in an outage of 10 hours', () => {
    const { deadLetterTargetArn, maxReceiveCount } = z
      .object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.int().max(1000) })
      .parse(properties('PicturesQueue')['RedrivePolicy']);
    assert.deepEqual(deadLetterTargetArn, getArn('PicturesDeadLetterQueue'));

    const longestDelays = Array.from({ length: maxReceiveCount - 1 }, (_, tries) =>
      retryDelaySeconds(tries + 1, undefined, 1),
    );
    assert.ok(chanceOfSumBelow(10 * 3600, longestDelays) < 1e-6);
  });
});

/**
 * Chernoff's upper bound for the chance that the sum of delays is less than `seconds`, where each delay is
 * uniform from 0 to its longest: for every rate r, P(sum < s) ≤ e^(r s) · Π E[e^(−r delay)].
 */
function chanceOfSumBelow(seconds: number, longestDelays: number[]): number {
  const bounds = Array.from({ length: 200 }, (_, step) => (step + 1) / 10_000).map((rate) =>
    longestDelays.reduce(
      (exponent, longest) => exponent + Math.log(-Math.expm1(-rate * longest) / (rate * longest)),
      rate * seconds,
    ),
  );
  return Math.exp(Math.min(...bounds));
}

describe('the table Readings', () => {
  test('is keyed by image and billed by request', () => {
    assert.deepEqual(properties('ReadingsTable')['KeySchema'], [
      { AttributeName: 'imageId', KeyType: 'HASH' },
    ]);
    assert.equal(properties('ReadingsTable')['BillingMode'], 'PAY_PER_REQUEST');
  });

  test('has indexes of whole records by plate, by last four digits and by camera, each over time', () => {
    assert.deepEqual(properties('ReadingsTable')['GlobalSecondaryIndexes'], [
      {
        IndexName: 'byPlate',
        KeySchema: [
          { AttributeName: 'plateKey', KeyType: 'HASH' },
          { AttributeName: 'capturedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byLastFour',
        KeySchema: [
          { AttributeName: 'lastFour', KeyType: 'HASH' },
          { AttributeName: 'capturedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byCamera',
        KeySchema: [
          { AttributeName: 'camera', KeyType: 'HASH' },
          { AttributeName: 'capturedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byNextTry',
        KeySchema: [
          { AttributeName: 'camera', KeyType: 'HASH' },
          { AttributeName: 'nextTryAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byReview',
        KeySchema: [
          { AttributeName: 'reviewState', KeyType: 'HASH' },
          { AttributeName: 'capturedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  test('deletes records when they expire', () => {
    assert.deepEqual(properties('ReadingsTable')['TimeToLiveSpecification'], {
      AttributeName: 'expiresAt',
      Enabled: true,
    });
  });
});

describe('the table Usage', () => {
  test('is keyed by day and camera and billed by request', () => {
    assert.deepEqual(properties('UsageTable')['KeySchema'], [
      { AttributeName: 'day', KeyType: 'HASH' },
      { AttributeName: 'camera', KeyType: 'RANGE' },
    ]);
    assert.equal(properties('UsageTable')['BillingMode'], 'PAY_PER_REQUEST');
  });

  test('keeps its counters forever', () => {
    assert.equal(properties('UsageTable')['TimeToLiveSpecification'], undefined);
  });
});

for (const table of ['ReadingsTable', 'UsageTable', 'VisitsTable', 'ListsTable', 'WebhooksTable']) {
  describe(table, () => {
    test('is encrypted with a key whose use CloudTrail records', () => {
      assert.deepEqual(properties(table)['SSESpecification'], { SSEEnabled: true, SSEType: 'KMS' });
    });

    test('can be restored to any second of the last 7 days, and no longer', () => {
      assert.deepEqual(properties(table)['PointInTimeRecoverySpecification'], {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 7,
      });
    });

    test('can be deleted in dev, but not in prod', () => {
      assert.equal(resourceOf(dev, table).Properties['DeletionProtectionEnabled'], false);
      assert.equal(resourceOf(prod, table).Properties['DeletionProtectionEnabled'], true);
    });
  });
}

describe('an account has room for another stack:', () => {
  const ownNames = () =>
    Object.values(prod.Resources).flatMap(({ Type, Properties }) =>
      Object.entries(Properties)
        .filter(([property]) => property.endsWith('Name') && property !== 'MetricName')
        // They name a function of the stack and have no name of their own.
        .filter(() => !['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Permission'].includes(Type))
        .map(([property, value]) => ({ property, text: JSON.stringify(value) })),
    );

  test('every name has the stage in it', () => {
    assert.deepEqual(
      ownNames().filter(({ text }) => !text.includes('plateline-prod')),
      [],
    );
  });

  test('every name that is unique across regions has the region in it too', () => {
    const once = ownNames().filter(({ property }) =>
      ['RoleName', 'DashboardName', 'BucketName'].includes(property),
    );
    assert.equal(once.length, 6);
    for (const { text } of once) assert.match(text, /ap-northeast-2|\$\{AWS::Region\}/);
  });
});

describe('removing the stack', () => {
  const policies = (template: Template, logicalId: string) => {
    const { DeletionPolicy, UpdateReplacePolicy } = resourceOf(template, logicalId);
    return { DeletionPolicy, UpdateReplacePolicy };
  };

  for (const resource of [
    'ReadingsTable',
    'UsageTable',
    'VisitsTable',
    'ListsTable',
    'WebhooksTable',
    'PicturesBucket',
    'PicturesBucketPolicy',
    'CropsBucket',
    'CropsBucketPolicy',
  ]) {
    test(`keeps ${resource} of prod, unless its creation failed`, () => {
      assert.deepEqual(policies(prod, resource), {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
    });

    test(`deletes ${resource} of dev`, () => {
      assert.deepEqual(policies(dev, resource), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    });
  }
});

describe('a stack that also takes pictures from an existing bucket', () => {
  let existing: Template;
  beforeAll(async () => {
    existing = await deployedTemplate([
      ...['--stage', 'prod', '--param', 'existingBucket=my-cameras'],
      ...['--param', 'existingBucketPrefix=gates/'],
    ]);
  });
  const ruleOf = (template: Template) => resourceOf(template, 'ExistingBucketRule').Properties;

  test('brings the created objects of this bucket, account and prefix to the queue, and no others', () => {
    assert.deepEqual(ruleOf(existing)['EventPattern'], {
      source: ['aws.s3'],
      account: [{ Ref: 'AWS::AccountId' }],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['my-cameras'] }, object: { key: [{ prefix: 'gates/' }] } },
    });
  });

  test('takes all objects if there is no prefix', async () => {
    const whole = await deployedTemplate(['--stage', 'prod', '--param', 'existingBucket=my-cameras']);
    const { detail } = z
      .object({ detail: z.object({ object: z.unknown() }) })
      .parse(ruleOf(whole)['EventPattern']);
    assert.deepEqual(detail.object, { key: [{ exists: true }] });
  });

  test('loses no event: what EventBridge cannot deliver for a day is in the dead-letter queue', () => {
    assert.deepEqual(ruleOf(existing)['Targets'], [
      {
        Id: 'pictures-queue',
        Arn: getArn('PicturesQueue'),
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: { Arn: getArn('PicturesDeadLetterQueue') },
      },
    ]);
  });

  test('lets only its own rule send to its queues, besides its own bucket', () => {
    const arn = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${String(ruleOf(existing)['Name'])}`;
    for (const queue of ['PicturesQueue', 'PicturesDeadLetterQueue']) {
      const document = resourceOf(existing, `${queue}Policy`).Properties['PolicyDocument'];
      const allowed = statementsOf(document).filter(
        ({ Effect, Principal }) =>
          Effect === 'Allow' && JSON.stringify(Principal) !== '{"Service":"s3.amazonaws.com"}',
      );
      assert.deepEqual(allowed, [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['sqs:SendMessage'],
          Resource: [getArn(queue)],
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::Sub': arn } } },
        },
      ]);
    }
  });

  test('keeps its own bucket, so that pictures which wait from there are still read', () => {
    assert.deepEqual(resourceOf(existing, 'PicturesBucket'), resourceOf(prod, 'PicturesBucket'));
  });

  test('names the bucket in its outputs', () => {
    assert.equal(existing.Outputs['ExistingBucketName']?.Value, 'my-cameras');
  });
});

test('a stack without an existing bucket has no rule', () => {
  assert.equal(prod.Resources['ExistingBucketRule'], undefined);
});

describe('every function', () => {
  const resourcesOf = (type: string) => Object.values(prod.Resources).filter(({ Type }) => Type === type);
  const functionIds = () =>
    Object.keys(prod.Resources).filter((id) => prod.Resources[id]?.Type === 'AWS::Lambda::Function');

  test('has a folder with a handler, and every such folder is deployed', async () => {
    const handlers = await Array.fromAsync(
      glob('*/handler.ts', { cwd: path.resolve(import.meta.dirname, '../../functions') }),
    );
    assert.deepEqual(
      functionIds()
        .map((id) => properties(id)['Handler'])
        .toSorted(),
      handlers.map((handler) => `${path.dirname(handler)}.handler`).toSorted(),
    );
  });

  test('has its own role', () => {
    const roles = functionIds().map((id) => JSON.stringify(properties(id)['Role']));
    assert.equal(new Set(roles).size, roles.length);
    assert.equal(resourcesOf('AWS::IAM::Role').length, roles.length);
  });

  test('has its own log group, which does not keep logs forever', () => {
    const logGroups = functionIds().map((id) => ({
      LogGroupName: `/aws/lambda/${String(properties(id)['FunctionName'])}`,
      RetentionInDays: 30,
    }));
    assert.deepEqual(
      resourcesOf('AWS::Logs::LogGroup').map(({ Properties }) => Properties),
      logGroups,
    );
  });

  test('has its own alarms for errors and throttles', () => {
    const alarms = resourcesOf('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    for (const id of functionIds()) {
      const dimensions = JSON.stringify([{ Name: 'FunctionName', Value: { Ref: id } }]);
      const metrics = alarms
        .filter(({ Dimensions }) => JSON.stringify(Dimensions) === dimensions)
        .map(({ MetricName }) => MetricName);
      assert.ok(metrics.includes('Errors') && metrics.includes('Throttles'), id);
    }
  });

  test('runs on the current Node, on arm64, and is traced', () => {
    for (const id of functionIds()) {
      assert.equal(properties(id)['Runtime'], 'nodejs24.x');
      assert.deepEqual(properties(id)['Architectures'], ['arm64']);
      assert.deepEqual(properties(id)['TracingConfig'], { Mode: 'Active' });
    }
  });
});

describe('the function notify', () => {
  const mapping = () => properties('NotifyEventSourceMappingDynamodbReadingsTable');

  test('follows every final record of the table from the beginning, and loses none without a trace', () => {
    const { StartingPosition, DestinationConfig, FilterCriteria, ...others } = mapping();
    assert.equal(StartingPosition, 'TRIM_HORIZON');
    assert.deepEqual(DestinationConfig, { OnFailure: { Destination: getArn('LostRecordsQueue') } });
    const filter = { dynamodb: { NewImage: { status: { S: finalStatuses } } } };
    assert.deepEqual(FilterCriteria, { Filters: [{ Pattern: JSON.stringify(filter) }] });
    assert.equal(others['MaximumRetryAttempts'], undefined);
    // The stream itself forgets a record after 24 hours.
    assert.equal(others['MaximumRecordAgeInSeconds'], 20 * 3600);
    assert.equal(others['BisectBatchOnFunctionError'], true);
    assert.deepEqual(others['FunctionResponseTypes'], ['ReportBatchItemFailures']);
  });

  test('looks every minute for visits that have ended', () => {
    const rules = Object.values(prod.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    assert.deepEqual(
      rules.map(({ Properties }) => [Properties['ScheduleExpression'], Properties['State']]),
      [['rate(1 minute)', 'ENABLED']],
    );
  });

  test('is neither invoked by a record nor by the clock with events=false', async () => {
    const silent = await deployedTemplate(['--stage', 'prod', '--param', 'events=false']);
    const rules = Object.values(silent.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    assert.deepEqual(
      rules.map(({ Properties }) => Properties['State']),
      ['DISABLED'],
    );
    const states = Object.values(silent.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => Properties['Enabled']);
    assert.deepEqual(states.toSorted(), [false, true, true]);
  });

  test('has exactly the environment that it reads, and accepts it', () => {
    const { Variables: variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(properties('NotifyLambdaFunction')['Environment']);
    const sites =
      '{"visitGapSeconds":300,"samePlateDistance":1,"cameraSilentSeconds":86400,"silentSecondsByCamera":{},"sites":{}}';
    assert.deepEqual(variables, {
      STAGE: 'prod',
      READINGS_TABLE: { Ref: 'ReadingsTable' },
      USAGE_TABLE: { Ref: 'UsageTable' },
      VISITS_TABLE: { Ref: 'VisitsTable' },
      LISTS_TABLE: { Ref: 'ListsTable' },
      EVENTS_TOPIC: { Ref: 'EventsTopic' },
      EVENT_PLATES: 'plain',
      HASH_KEY_PARAMETER: '/plateline/prod/hash-key',
      RETENTION_DAYS: '90',
      SITES: sites,
      POWERTOOLS_SERVICE_NAME: 'plateline-notify',
    });
    const resolved = {
      ...variables,
      READINGS_TABLE: 'readings',
      USAGE_TABLE: 'usage',
      VISITS_TABLE: 'visits',
      LISTS_TABLE: 'lists',
      EVENTS_TOPIC: 'events',
    };
    const settings = readNotifySettings(z.record(z.string(), z.string()).parse(resolved));
    assert.equal(settings.SITES.visitGapMs, 300_000);
  });
});

describe('the topic of the events', () => {
  test('is encrypted, and accepts messages over TLS only', () => {
    assert.equal(properties('EventsTopic')['KmsMasterKeyId'], 'alias/aws/sns');
    assert.deepEqual(deniesInsecureTransport('EventsTopicPolicy', 'sns:Publish'), [{ Ref: 'EventsTopic' }]);
  });
});

describe('the table Visits', () => {
  test('deletes visits when they expire', () => {
    assert.deepEqual(properties('VisitsTable')['TimeToLiveSpecification'], {
      AttributeName: 'expiresAt',
      Enabled: true,
    });
  });
});

describe('the function read-plate', () => {
  test('receives ten messages at a time, and returns only those that must come back', () => {
    const { BatchSize, EventSourceArn, FunctionResponseTypes } = properties(
      'ReadPlateEventSourceMappingSQSPicturesQueue',
    );
    assert.equal(BatchSize, 10);
    assert.deepEqual(EventSourceArn, getArn('PicturesQueue'));
    assert.deepEqual(FunctionResponseTypes, ['ReportBatchItemFailures']);
  });

  test("is limited at the queue, not by throttles that use up a message's receives", () => {
    assert.deepEqual(properties('ReadPlateEventSourceMappingSQSPicturesQueue')['ScalingConfig'], {
      MaximumConcurrency: 10,
    });
    assert.equal(properties('ReadPlateLambdaFunction')['ReservedConcurrentExecutions'], undefined);
  });

  const environment = () =>
    z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(properties('ReadPlateLambdaFunction')['Environment']).Variables;

  test('has exactly the environment that it reads', () => {
    assert.deepEqual(environment(), {
      READER: 'endpoint',
      READINGS_TABLE: { Ref: 'ReadingsTable' },
      USAGE_TABLE: { Ref: 'UsageTable' },
      OCR_BASE_URL: 'https://ocr.api.nhncloudservice.com',
      APP_KEY_PARAMETER: '/plateline/prod/app-key',
      SECRET_KEY_PARAMETER: '/plateline/prod/secret-key',
      SECRET_TTL_SECONDS: '300',
      CALL_CAP_PER_DAY: '',
      CALL_CAP_PER_MONTH: '',
      OCR_TIMEOUT_MS: '15000',
      OCR_CONCURRENCY: '10',
      RETENTION_DAYS: '90',
      KEY_TEMPLATE: '',
      REVIEW_BELOW_CONFIDENCE: '0.8',
      KEEP_CROPS: 'false',
      CROPS_BUCKET: { Ref: 'CropsBucket' },
      PRIVACY: 'false',
      LISTS_TABLE: { Ref: 'ListsTable' },
      HASH_KEY_PARAMETER: '/plateline/prod/hash-key',
      POWERTOOLS_SERVICE_NAME: 'plateline',
      POWERTOOLS_METRICS_NAMESPACE: 'Plateline/prod',
    });
  });

  test('accepts its environment', () => {
    const variables = z.record(z.string(), z.string()).parse({
      ...environment(),
      READINGS_TABLE: 'plateline-prod-readings',
      USAGE_TABLE: 'plateline-prod-usage',
      CROPS_BUCKET: 'plateline-prod-crops-123456789012-ap-northeast-2-an',
      LISTS_TABLE: 'plateline-prod-lists',
    });
    assert.equal(readSettings(variables).retentionDays, 90);
  });
});

test('the outputs name the resources that people need', () => {
  const values = Object.fromEntries(Object.entries(prod.Outputs).map(([name, { Value }]) => [name, Value]));
  assert.deepEqual(values, {
    ServerlessDeploymentBucketName: { Ref: 'ServerlessDeploymentBucket' },
    PicturesBucketName: { Ref: 'PicturesBucket' },
    CropsBucketName: { Ref: 'CropsBucket' },
    PicturesQueueUrl: { Ref: 'PicturesQueue' },
    PicturesDeadLetterQueueUrl: { Ref: 'PicturesDeadLetterQueue' },
    PicturesQueueArn: getArn('PicturesQueue'),
    PicturesDeadLetterQueueArn: getArn('PicturesDeadLetterQueue'),
    ReadingsTableName: { Ref: 'ReadingsTable' },
    UsageTableName: { Ref: 'UsageTable' },
    ReadPlateFunctionName: { Ref: 'ReadPlateLambdaFunction' },
    ReadPlateLogGroupName: { Ref: 'ReadPlateLogGroup' },
    AppKeyParameterName: '/plateline/prod/app-key',
    SecretKeyParameterName: '/plateline/prod/secret-key',
    VisitsTableName: { Ref: 'VisitsTable' },
    ListsTableName: { Ref: 'ListsTable' },
    EventsTopicArn: { Ref: 'EventsTopic' },
    WebhooksDeadLetterQueueUrl: { Ref: 'WebhooksDeadLetterQueue' },
    LostRecordsQueueUrl: { Ref: 'LostRecordsQueue' },
    AlarmTopicArn: { Ref: 'AlarmTopic' },
    DashboardUrl: {
      'Fn::Sub':
        'https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/${Dashboard}',
    },
  });
});

function bucketNamePattern(): string {
  return z.object({ 'Fn::Sub': z.string() }).parse(properties('PicturesBucket')['BucketName'])['Fn::Sub'];
}
