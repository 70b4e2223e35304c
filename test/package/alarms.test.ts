import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { retryDelaySeconds } from '../../functions/core/retry-delay.ts';
import { emittedMetrics, type Metric } from './emitted-metrics.ts';
import { copyService, type ServiceCopy } from './service-copy.ts';
import { packageTemplate, resourceOf, statementsOf, type Template } from './template.ts';

const daySeconds = 24 * 3600;

const dimensionList = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .transform((dimensions) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])));

const metric = z
  .object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionList })
  .transform(({ Namespace, MetricName, Dimensions }) => ({
    namespace: Namespace,
    name: MetricName,
    dimensions: Dimensions,
  }));

const alarmSchema = z
  .object({
    AlarmName: z.string(),
    AlarmDescription: z.string(),
    AlarmActions: z.array(z.unknown()),
    TreatMissingData: z.string(),
    Threshold: z.number(),
    EvaluationPeriods: z.number(),
    Period: z.number().optional(),
    Metrics: z
      .array(z.object({ MetricStat: z.object({ Metric: metric, Period: z.number() }).optional() }))
      .optional(),
  })
  .loose();

const dashboardSchema = z.object({
  widgets: z.array(
    z.object({
      properties: z.object({
        alarms: z.array(z.string()).default([]),
        metrics: z
          .array(
            z
              .tuple([z.string(), z.string(), z.string(), z.string()], z.unknown())
              .transform(([namespace, name, dimension, value]) => ({
                namespace,
                name,
                dimensions: { [dimension]: value },
              })),
          )
          .default([]),
      }),
    }),
  ),
});

const pictures = { QueueName: { 'Fn::GetAtt': ['PicturesQueue', 'QueueName'] } };
const deadLetters = { QueueName: { 'Fn::GetAtt': ['PicturesDeadLetterQueue', 'QueueName'] } };
const readPlate = { FunctionName: { Ref: 'ReadPlateLambdaFunction' } };

/** The metrics of AWS's own that are watched, as the developer guides of SQS and Lambda name them, for the stack's own resources. */
const metricsOfAws: readonly Metric[] = [
  ...[pictures, deadLetters].flatMap((dimensions) =>
    [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ].map((name) => ({ namespace: 'AWS/SQS', name, dimensions })),
  ),
  ...['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'].map((name) => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions: readPlate,
  })),
];

let service: ServiceCopy;
let prod: Template;
let emitted: Metric[];

before(async () => {
  service = await copyService();
  prod = await packageTemplate(service, ['--stage', 'prod', '--param', 'alarmEmail=somebody@example.com']);
  const { Variables: variables } = z
    .object({
      Variables: z.looseObject({
        POWERTOOLS_SERVICE_NAME: z.string(),
        POWERTOOLS_METRICS_NAMESPACE: z.string(),
      }),
    })
    .parse(properties('ReadPlateLambdaFunction')['Environment']);
  emitted = await emittedMetrics({
    POWERTOOLS_SERVICE_NAME: variables.POWERTOOLS_SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE: variables.POWERTOOLS_METRICS_NAMESPACE,
  });
});
after(() => service.remove());

const properties = (logicalId: string) => resourceOf(prod, logicalId).Properties;

const textOf = ({ namespace, name, dimensions }: Metric) =>
  `${namespace} ${name} ${JSON.stringify(dimensions)}`;

const alarms = () =>
  Object.entries(prod.Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([logicalId, { Properties }]) => ({ logicalId, ...alarmSchema.parse(Properties) }));

const alarmOf = (logicalId: string) => alarmSchema.parse(properties(logicalId));

type Alarm = z.infer<typeof alarmSchema>;

const watchedBy = (alarm: Alarm): Metric[] =>
  alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [metric.parse(alarm)];

const sectionOf = ({ AlarmName }: Alarm) => AlarmName.replace(/^plateline-prod-/, '');

const known = () => new Set([...emitted, ...metricsOfAws].map(textOf));

describe('the alarms', () => {
  test('ring for each state that needs a person, and for nothing else', () => {
    assert.deepEqual(alarms().map(sectionOf).toSorted(), [
      'all-pictures-wait',
      'broken-contract',
      'dead-letter-queue-not-empty',
      'dead-letters-expire-soon',
      'function-errors',
      'function-throttled',
      'misconfigured',
      'oldest-message-too-old',
    ]);
  });

  test('watch metrics that the function really emits, or that AWS emits for the resources of the stack', () => {
    const strange = alarms().flatMap((alarm) =>
      watchedBy(alarm)
        .map(textOf)
        .filter((text) => !known().has(text)),
    );
    assert.deepEqual(strange, []);
  });

  test('watch what their names say', () => {
    const watched = Object.fromEntries(
      alarms().map((alarm) => [
        sectionOf(alarm),
        watchedBy(alarm).map(({ name, dimensions }) => `${name} ${JSON.stringify(dimensions)}`),
      ]),
    );
    const service = JSON.stringify({ service: 'plateline' });
    assert.deepEqual(watched, {
      'dead-letter-queue-not-empty': [`ApproximateNumberOfMessagesVisible ${JSON.stringify(deadLetters)}`],
      'dead-letters-expire-soon': [`ApproximateAgeOfOldestMessage ${JSON.stringify(deadLetters)}`],
      'oldest-message-too-old': [`ApproximateAgeOfOldestMessage ${JSON.stringify(pictures)}`],
      'all-pictures-wait': ['Wait', 'Read', 'NoPlate', 'Unreadable'].map((name) => `${name} ${service}`),
      misconfigured: [`Misconfigured ${service}`],
      'broken-contract': [`BrokenContract ${service}`],
      'function-throttled': [`Throttles ${JSON.stringify(readPlate)}`],
      'function-errors': [`Errors ${JSON.stringify(readPlate)}`],
    });
  });

  test('all go to the one topic, and are silent while nothing is measured', () => {
    for (const { AlarmActions, TreatMissingData } of alarms()) {
      assert.deepEqual(AlarmActions, [{ Ref: 'AlarmTopic' }]);
      assert.equal(TreatMissingData, 'notBreaching');
    }
  });

  test('each have their section in the runbook, which their message names, and no other section is named like one', async () => {
    const runbook = await readFile(path.resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name);
    assert.deepEqual(sections.toSorted(), alarms().map(sectionOf).toSorted());
    for (const alarm of alarms()) {
      assert.ok(alarm.AlarmDescription.endsWith(` See docs/runbook.md#${sectionOf(alarm)}.`));
    }
  });

  test('of the oldest message stay silent while its tries that SQS counts wait as long as they may, or while one of them was killed', () => {
    const visibilityTimeoutSeconds = z.number().parse(properties('PicturesQueue')['VisibilityTimeout']);
    const delaysSeconds = [1, 2, 3].map((receiveCount) => retryDelaySeconds(receiveCount, undefined, 1));
    const usualSeconds = delaysSeconds.reduce((sum, delay) => sum + delay, visibilityTimeoutSeconds);
    assert.ok(alarmOf('OldestMessageTooOldAlarm').Threshold > usualSeconds);
  });

  test('of dead letters that expire leave two days, however long the usual tries of a message took', () => {
    const { maxReceiveCount } = z
      .object({ maxReceiveCount: z.number() })
      .parse(properties('PicturesQueue')['RedrivePolicy']);
    const triesSeconds = Array.from({ length: maxReceiveCount }, (_, tries) =>
      retryDelaySeconds(tries + 1, undefined, 1),
    ).reduce((sum, delay) => sum + delay, 0);
    const retentionSeconds = z
      .number()
      .parse(properties('PicturesDeadLetterQueue')['MessageRetentionPeriod']);
    const leftSeconds = retentionSeconds - triesSeconds - alarmOf('DeadLettersExpireSoonAlarm').Threshold;
    assert.ok(leftSeconds >= 2 * daySeconds, `${leftSeconds / daySeconds} days`);
  });

  test('of pictures that all wait see a single one in each of their periods, however unlucky its delays', () => {
    const longestDelaySeconds = retryDelaySeconds(100, undefined, 1);
    for (const { MetricStat } of alarmOf('AllPicturesWaitAlarm').Metrics ?? []) {
      assert.ok(MetricStat === undefined || MetricStat.Period > longestDelaySeconds);
    }
  });

  test('of a broken contract ring for a single picture whose replies stay broken, wherever the period begins', () => {
    const { Period: periodSeconds = 0, Threshold: threshold } = alarmOf('BrokenContractAlarm');
    let atSeconds = 0;
    const triesSeconds = Array.from({ length: 20 }, (_, tries) => {
      const trySeconds = atSeconds;
      atSeconds += retryDelaySeconds(tries + 1, undefined, 1);
      return trySeconds;
    });
    for (let beginSeconds = 0; beginSeconds < periodSeconds; beginSeconds += 1) {
      const inPeriod = (begin: number) =>
        triesSeconds.filter((at) => at >= begin && at < begin + periodSeconds).length;
      const most = Math.max(inPeriod(beginSeconds - periodSeconds), inPeriod(beginSeconds));
      assert.ok(most >= threshold, `a period that begins after ${beginSeconds} s`);
    }
  });
});

describe('the topic of the alarms', () => {
  test('encrypts what it holds with a key that CloudWatch may use', () => {
    assert.deepEqual(properties('AlarmTopic')['KmsMasterKeyId'], { Ref: 'AlarmTopicKey' });
    const forCloudWatch = statementsOf(properties('AlarmTopicKey')['KeyPolicy'])
      .filter(({ Principal }) => JSON.stringify(Principal) === '{"Service":"cloudwatch.amazonaws.com"}')
      .map(({ Effect, Action }) => ({ Effect, Action }));
    assert.deepEqual(forCloudWatch, [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }]);
    assert.equal(properties('AlarmTopicKey')['EnableKeyRotation'], true);
  });

  test("takes messages of the stack's own alarms and of nobody else, and none without TLS", () => {
    const own = 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:plateline-prod-*';
    assert.deepEqual(
      statementsOf(properties('AlarmTopicPolicy')['PolicyDocument']).map(
        ({ Effect, Principal, Action, Condition }) => ({ Effect, Principal, Action, Condition }),
      ),
      [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['sns:Publish'],
          Condition: {
            ArnLike: { 'aws:SourceArn': { 'Fn::Sub': own } },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: ['sns:Publish'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    );
    for (const { AlarmName } of alarms()) assert.ok(AlarmName.startsWith('plateline-prod-'));
  });

  test('is subscribed to by the address that is given', () => {
    assert.deepEqual(properties('AlarmSubscription'), {
      TopicArn: { Ref: 'AlarmTopic' },
      Protocol: 'email',
      Endpoint: 'somebody@example.com',
    });
  });

  test('is subscribed to by nobody where no address is given', async () => {
    const template = await packageTemplate(service, ['--stage', 'prod']);
    assert.equal(resourceOf(template, 'AlarmSubscription')['Condition'], 'HasAlarmEmail');
    assert.deepEqual(template.Conditions['HasAlarmEmail'], { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
    assert.deepEqual(prod.Conditions['HasAlarmEmail'], {
      'Fn::Not': [{ 'Fn::Equals': ['somebody@example.com', ''] }],
    });
  });
});

describe('the dashboard', () => {
  const dashboard = () => {
    const { 'Fn::Sub': body } = z
      .object({ 'Fn::Sub': z.string() })
      .parse(properties('Dashboard')['DashboardBody']);
    return dashboardSchema.parse(JSON.parse(body));
  };

  /** As a metric's dimensions stand in the text of the dashboard. */
  const inText = (value: unknown) =>
    typeof value === 'string'
      ? value
      : '${' +
        z
          .union([
            z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
            z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((call) => call['Fn::GetAtt'].join('.')),
          ])
          .parse(value) +
        '}';

  const asInText = (each: Metric) =>
    textOf({
      ...each,
      dimensions: Object.fromEntries(
        Object.entries(z.record(z.string(), z.unknown()).parse(each.dimensions)).map(([name, value]) => [
          name,
          inText(value),
        ]),
      ),
    });

  const shown = () => dashboard().widgets.flatMap(({ properties: { metrics } }) => metrics.map(textOf));

  test('shows metrics that the function really emits, or that AWS emits for the resources of the stack', () => {
    const existing = new Set([...emitted, ...metricsOfAws].map(asInText));
    assert.deepEqual(
      shown().filter((text) => !existing.has(text)),
      [],
    );
  });

  test('shows every metric that the function emits and every one that an alarm watches', () => {
    const wanted = [...emitted, ...alarms().flatMap(watchedBy)].map(asInText);
    assert.deepEqual(
      wanted.filter((text) => !shown().includes(text)),
      [],
    );
  });

  test('shows the state of every alarm', () => {
    assert.deepEqual(
      dashboard()
        .widgets.flatMap(({ properties: widget }) => widget.alarms)
        .toSorted(),
      alarms()
        .map(({ logicalId }) => `\${${logicalId}.Arn}`)
        .toSorted(),
    );
  });
});
