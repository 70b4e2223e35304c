import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { readReply } from '../../functions/core/contract/reply.ts';
import { retryDelaySeconds } from '../../functions/core/message/retry-delay.ts';
import { heldByBreaker } from '../../functions/core/spend/breaker.ts';
import { longestHoldSeconds } from '../../functions/core/spend/call-cap.ts';
import { longestStayMs } from '../../functions/read-plate/read-message.ts';
import {
  alarmsOf,
  periodSecondsOf,
  ringsAt,
  valueAt,
  watchedBy,
  type Alarm,
  type Measured,
} from './cloudwatch.ts';
import { emittedMetrics, emittedWebhookMetrics, type Metric } from './emitted-metrics.ts';
import { deployedTemplate, resourceOf, statementsOf, type Template } from './template.ts';

const daySeconds = 24 * 3600;

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
const lostRecords = { QueueName: { 'Fn::GetAtt': ['LostRecordsQueue', 'QueueName'] } };
const webhookDeadLetters = { QueueName: { 'Fn::GetAtt': ['WebhooksDeadLetterQueue', 'QueueName'] } };
const readPlate = { FunctionName: { Ref: 'ReadPlateLambdaFunction' } };
const notify = { FunctionName: { Ref: 'NotifyLambdaFunction' } };
const deliverWebhook = { FunctionName: { Ref: 'DeliverWebhookLambdaFunction' } };

/** AWS's own metrics for the stack's resources, as the developer guides of SQS and Lambda name them. */
const metricsOfAws: readonly Metric[] = [
  ...[pictures, deadLetters, lostRecords, webhookDeadLetters].flatMap((dimensions) =>
    [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ].map((name) => ({ namespace: 'AWS/SQS', name, dimensions })),
  ),
  ...[readPlate, notify, deliverWebhook].flatMap((dimensions) =>
    ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'].map((name) => ({
      namespace: 'AWS/Lambda',
      name,
      dimensions,
    })),
  ),
  // Only for a function that follows a stream.
  { namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions: notify },
];

let prod: Template;
let emitted: Metric[];

beforeAll(async () => {
  prod = await deployedTemplate(['--stage', 'prod', '--param', 'alarmEmail=somebody@example.com']);
  emitted = [
    ...(await emittedMetrics(metricsEnvironment('ReadPlateLambdaFunction'))),
    ...(await emittedWebhookMetrics(metricsEnvironment('DeliverWebhookLambdaFunction'))),
  ];
});

/** The variables of a function that name its metrics. */
function metricsEnvironment(logicalId: string) {
  const { Variables: variables } = z
    .object({
      Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string(), POWERTOOLS_METRICS_NAMESPACE: z.string() }),
    })
    .parse(properties(logicalId)['Environment']);
  return variables;
}

const properties = (logicalId: string) => resourceOf(prod, logicalId).Properties;

const textOf = ({ namespace, name, dimensions }: Metric) =>
  `${namespace} ${name} ${JSON.stringify(dimensions)}`;

const alarms = () => alarmsOf(prod);

const nowSeconds = daySeconds;
const ago = (seconds: number, value = 1) => ({ atSeconds: nowSeconds - seconds, value });
const fiveMinutesOfAges = (...ages: number[]) => ({
  ApproximateAgeOfOldestMessage: ages.map((age, minutes) => ago(60 * minutes, age)),
});

/** As many calls in each of the hours before the last one. */
const hourly = (hours: number, calls: number) =>
  Array.from({ length: hours }, (_, hour) => ago(3600 * (hour + 1) + 60, calls));

/** The states in which each alarm must ring, and those in which it must stay silent. */
const states: Readonly<
  Record<
    string,
    { ringsFor: Readonly<Record<string, Measured>>; isSilentFor: Readonly<Record<string, Measured>> }
  >
> = {
  'dead-letter-queue-not-empty': {
    ringsFor: { 'a message': { ApproximateNumberOfMessagesVisible: [ago(40, 0), ago(20, 1), ago(10, 0)] } },
    isSilentFor: {
      'an empty queue': { ApproximateNumberOfMessagesVisible: [ago(20, 0)] },
      'a message that a person has handled': { ApproximateNumberOfMessagesVisible: [ago(80, 1), ago(20, 0)] },
    },
  },
  'dead-letters-expire-soon': {
    ringsFor: {
      'a message of more than 7 days': {
        ApproximateAgeOfOldestMessage: [ago(120, 0), ago(60, 7 * daySeconds + 60)],
      },
    },
    isSilentFor: { 'one of less': { ApproximateAgeOfOldestMessage: [ago(60, 7 * daySeconds - 60)] } },
  },
  'oldest-message-too-old': {
    ringsFor: { 'five minutes above 18 minutes': fiveMinutesOfAges(1320, 1260, 1200, 1140, 1081) },
    isSilentFor: {
      'four minutes above': fiveMinutesOfAges(1260, 1200, 1140, 1081, 1079),
      'a queue that keeps up': fiveMinutesOfAges(20, 20, 20, 20, 20),
    },
  },
  'most-pictures-wait': {
    ringsFor: {
      'forty minutes without an answer': { Wait: [ago(1500), ago(300)] },
      'forty minutes with fewer answers than waits': {
        Wait: [ago(1500, 3), ago(300, 3)],
        Read: [ago(400, 2)],
      },
      'refused keys': { Misconfigured: [ago(1500), ago(300)] },
    },
    isSilentFor: {
      'as many answers as waits': { Wait: [ago(1500), ago(300)], Read: [ago(100)] },
      'as many answers without a plate': { Wait: [ago(1500), ago(300)], NoPlate: [ago(100)] },
      'as many answers that no plate can be read': { Wait: [ago(1500), ago(300)], Unreadable: [ago(1300)] },
      'a picture that waited three times and was read': {
        Wait: [ago(700), ago(650), ago(600)],
        Read: [ago(500)],
      },
      'pictures that are all read': { Read: [ago(3500), ago(1700)] },
    },
  },
  'picture-waits-long': {
    ringsFor: {
      'one message among thousands that are read': { MessageWaitsLong: [ago(3900)], Read: [ago(5, 5000)] },
    },
    isSilentFor: { 'none in three and a half hours': { MessageWaitsLong: [ago(3 * 4200 + 60)] } },
  },
  'function-not-invoked': {
    ringsFor: {
      'messages without an invocation': {
        ApproximateNumberOfMessagesVisible: [ago(1000), ago(800), ago(500), ago(100)],
        Invocations: [ago(1300)],
      },
    },
    isSilentFor: {
      'messages and an invocation': {
        ApproximateNumberOfMessagesVisible: [ago(1000), ago(800), ago(500), ago(100)],
        Invocations: [ago(700)],
      },
      'no message': {
        ApproximateNumberOfMessagesVisible: [ago(1000, 0), ago(800, 0), ago(500, 0), ago(100, 0)],
      },
    },
  },
  'unusually-many-calls': {
    ringsFor: {
      'an hour of 250 calls a second after quiet ones': { OcrCalls: [...hourly(23, 40), ago(100, 900_000)] },
      'six and a half times the usual': { OcrCalls: [...hourly(23, 1000), ago(100, 6500)] },
    },
    isSilentFor: {
      'the rush hours of a town': {
        OcrCalls: [...hourly(23, 1000), ago(100, 3000), ago(10 * 3600, 3000), ago(11 * 3600, 3000)],
      },
      'ten times the usual where few cars pass': { OcrCalls: [...hourly(23, 90), ago(100, 900)] },
      'a steady stream': { OcrCalls: [...hourly(24, 50_000)] },
    },
  },
  'breaker-open': {
    ringsFor: { 'one held picture': { HeldByBreaker: [ago(3900)] } },
    isSilentFor: {
      'none in three and a half hours': { HeldByBreaker: [ago(3 * 4200 + 60)] },
      'refusals before it opens': { Misconfigured: [ago(100, 50)] },
    },
  },
  'call-cap-reached': {
    ringsFor: {
      'one held picture among thousands that are read': { HeldByCallCap: [ago(3900)], Read: [ago(5, 5000)] },
    },
    isSilentFor: {
      'none in three and a half hours': { HeldByCallCap: [ago(3 * 4200 + 60)] },
      'pictures that wait for another reason': { Wait: [ago(100, 50)], MessageWaitsLong: [ago(100, 50)] },
    },
  },
  'all-pictures-rejected': {
    ringsFor: { 'three rejections in an hour': { RejectedByEndpoint: [ago(3500), ago(1700), ago(10)] } },
    isSilentFor: {
      'two of them': { RejectedByEndpoint: [ago(1700), ago(10)] },
      'an answer with a plate': { RejectedByEndpoint: [ago(10, 9)], Read: [ago(3500)] },
      'an answer without a plate': { RejectedByEndpoint: [ago(10, 9)], NoPlate: [ago(3500)] },
      'an answer that no plate can be read': { RejectedByEndpoint: [ago(10, 9)], Unreadable: [ago(3500)] },
      'what the function rejects by itself': { Rejected: [ago(10, 9)] },
    },
  },
  misconfigured: {
    ringsFor: { 'one refusal': { Misconfigured: [ago(20)] } },
    isSilentFor: { 'none in an hour and a half': { Misconfigured: [ago(3 * 1800 + 60)] } },
  },
  'broken-contract': {
    ringsFor: { 'three broken replies': { BrokenContract: [ago(200), ago(100), ago(10)] } },
    isSilentFor: { 'two of them': { BrokenContract: [ago(100), ago(10)] } },
  },
  'function-throttled': {
    ringsFor: { 'one throttle': { Throttles: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'an invocation': { Throttles: [ago(100, 0)] } },
  },
  'function-errors': {
    ringsFor: { 'one error among invocations': { Errors: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'invocations that answered': { Errors: [ago(200, 0), ago(100, 0)] } },
  },
  'notify-errors': {
    ringsFor: { 'one error among invocations': { Errors: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'invocations that answered': { Errors: [ago(200, 0), ago(100, 0)] } },
  },
  'notify-throttled': {
    ringsFor: { 'one throttle': { Throttles: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'an invocation': { Throttles: [ago(100, 0)] } },
  },
  'events-late': {
    ringsFor: { 'a record of eleven minutes ago': { IteratorAge: [ago(200, 500), ago(100, 660_000)] } },
    isSilentFor: { 'records of nine minutes ago': { IteratorAge: [ago(200, 540_000), ago(100, 540_000)] } },
  },
  'webhook-not-delivered': {
    ringsFor: { 'an event that was given up': { ApproximateNumberOfMessagesVisible: [ago(20, 1)] } },
    isSilentFor: { 'an empty queue': { ApproximateNumberOfMessagesVisible: [ago(20, 0)] } },
  },
  'webhook-paused': {
    ringsFor: { 'a receiver that is tried once an hour': { WebhookPaused: [ago(3600)] } },
    isSilentFor: { 'none in three and a half hours': { WebhookPaused: [ago(3 * 4200 + 60)] } },
  },
  'deliver-webhook-errors': {
    ringsFor: { 'one error among invocations': { Errors: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'invocations that answered': { Errors: [ago(200, 0), ago(100, 0)] } },
  },
  'deliver-webhook-throttled': {
    ringsFor: { 'one throttle': { Throttles: [ago(200, 0), ago(100)] } },
    isSilentFor: { 'an invocation': { Throttles: [ago(100, 0)] } },
  },
  'events-lost': {
    ringsFor: { 'a batch that was given up': { ApproximateNumberOfMessagesVisible: [ago(20, 1)] } },
    isSilentFor: { 'an empty queue': { ApproximateNumberOfMessagesVisible: [ago(20, 0)] } },
  },
};

const sectionOf = ({ AlarmName }: Alarm) => AlarmName.replace(/^plateline-prod-/, '');

const alarmCalled = (section: string): Alarm => {
  const alarm = alarms().find((each) => sectionOf(each) === section);
  assert.ok(alarm, `there is no alarm ${section}`);
  return alarm;
};

const known = () => new Set([...emitted, ...metricsOfAws].map(textOf));

describe('the alarms', () => {
  test('exist for each state that needs a person, and for no other', () => {
    assert.deepEqual(alarms().map(sectionOf).toSorted(), Object.keys(states).toSorted());
  });

  for (const [section, { ringsFor, isSilentFor }] of Object.entries(states)) {
    for (const [state, measured] of Object.entries(ringsFor)) {
      test(`called ${section} rings for ${state}`, () => {
        assert.equal(ringsAt(nowSeconds, alarmCalled(section), measured), true);
      });
    }
    for (const [state, measured] of Object.entries(isSilentFor)) {
      test(`called ${section} stays silent for ${state}`, () => {
        assert.equal(ringsAt(nowSeconds, alarmCalled(section), measured), false);
      });
    }
  }

  test('use only metrics that the function or AWS emits', () => {
    const strange = alarms().flatMap((alarm) =>
      watchedBy(alarm)
        .map(textOf)
        .filter((text) => !known().has(text)),
    );
    assert.deepEqual(strange, []);
  });

  test('use the metrics that their names say', () => {
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
      'most-pictures-wait': ['Wait', 'Misconfigured', 'Read', 'NoPlate', 'Unreadable'].map(
        (name) => `${name} ${service}`,
      ),
      'picture-waits-long': [`MessageWaitsLong ${service}`],
      'function-not-invoked': [
        `ApproximateNumberOfMessagesVisible ${JSON.stringify(pictures)}`,
        `Invocations ${JSON.stringify(readPlate)}`,
      ],
      'unusually-many-calls': [`OcrCalls ${service}`],
      'breaker-open': [`HeldByBreaker ${service}`],
      'call-cap-reached': [`HeldByCallCap ${service}`],
      'all-pictures-rejected': ['RejectedByEndpoint', 'Read', 'NoPlate', 'Unreadable'].map(
        (name) => `${name} ${service}`,
      ),
      misconfigured: [`Misconfigured ${service}`],
      'broken-contract': [`BrokenContract ${service}`],
      'function-throttled': [`Throttles ${JSON.stringify(readPlate)}`],
      'function-errors': [`Errors ${JSON.stringify(readPlate)}`],
      'notify-errors': [`Errors ${JSON.stringify(notify)}`],
      'notify-throttled': [`Throttles ${JSON.stringify(notify)}`],
      'events-late': [`IteratorAge ${JSON.stringify(notify)}`],
      'webhook-not-delivered': [`ApproximateNumberOfMessagesVisible ${JSON.stringify(webhookDeadLetters)}`],
      'webhook-paused': [`WebhookPaused ${JSON.stringify({ service: 'plateline-deliver-webhook' })}`],
      'deliver-webhook-errors': [`Errors ${JSON.stringify(deliverWebhook)}`],
      'deliver-webhook-throttled': [`Throttles ${JSON.stringify(deliverWebhook)}`],
      'events-lost': [`ApproximateNumberOfMessagesVisible ${JSON.stringify(lostRecords)}`],
    });
  });

  test('all notify the topic, and stay silent without data', () => {
    for (const { AlarmActions, TreatMissingData } of alarms()) {
      assert.deepEqual(AlarmActions, [{ Ref: 'AlarmTopic' }]);
      assert.equal(TreatMissingData, 'notBreaching');
    }
  });

  test('on several metrics have a value for every period, so that CloudWatch never judges by an older one', () => {
    for (const alarm of alarms().filter(({ series }) => series.length > 1)) {
      assert.equal(valueAt(nowSeconds, alarm, {}), 0, sectionOf(alarm));
      for (const { name } of watchedBy(alarm)) {
        const value = valueAt(nowSeconds, alarm, { [name]: [ago(10)] });
        assert.notEqual(value, undefined, `${sectionOf(alarm)} with nothing but ${name}`);
      }
    }
  });

  test('link to their section in the runbook, and every such section has an alarm', async () => {
    const runbook = await readFile(path.resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name);
    assert.deepEqual(sections.toSorted(), alarms().map(sectionOf).toSorted());
    for (const alarm of alarms()) {
      assert.ok(alarm.AlarmDescription.endsWith(` See docs/runbook.md#${sectionOf(alarm)}.`));
    }
  });

  test('of the oldest message stay silent for the longest waits that SQS counts, and for a killed invocation', () => {
    const visibilityTimeoutSeconds = z.number().parse(properties('PicturesQueue')['VisibilityTimeout']);
    const delaysSeconds = [1, 2, 3].map((receiveCount) => retryDelaySeconds(receiveCount, undefined, 1));
    const usualSeconds = delaysSeconds.reduce((sum, delay) => sum + delay, visibilityTimeoutSeconds);
    assert.ok(alarmCalled('oldest-message-too-old').Threshold > usualSeconds);
  });

  test('of dead letters that expire leave two days, however long the attempts took', () => {
    const retentionSeconds = z
      .number()
      .parse(properties('PicturesDeadLetterQueue')['MessageRetentionPeriod']);
    const threshold = alarmCalled('dead-letters-expire-soon').Threshold;
    assert.equal(retentionSeconds - longestStayMs / 1000 - threshold, 2 * daySeconds);
  });

  const quota = z
    .object({ retryAfterSeconds: z.number() })
    .parse(
      readReply(429, JSON.stringify({ header: { isSuccessful: false, resultCode: 4291001 } }), undefined),
    );
  for (const { section, name, tries, what, retryAfterSeconds } of [
    { section: 'most-pictures-wait', name: 'Wait', tries: 6, what: 'however rarely it is tried' },
    { section: 'picture-waits-long', name: 'MessageWaitsLong', tries: 1, what: 'however rarely it is tried' },
    {
      section: 'picture-waits-long',
      name: 'MessageWaitsLong',
      tries: 1,
      what: 'where a quota is used up',
      retryAfterSeconds: quota.retryAfterSeconds,
    },
    { section: 'misconfigured', name: 'Misconfigured', tries: 1, what: 'however rarely it is tried' },
    {
      section: 'breaker-open',
      name: 'HeldByBreaker',
      tries: 1,
      what: 'though it is tried each half hour only',
      retryAfterSeconds: heldByBreaker.retryAfterSeconds,
    },
    {
      section: 'call-cap-reached',
      name: 'HeldByCallCap',
      tries: 1,
      what: 'though it is tried each hour only',
      retryAfterSeconds: longestHoldSeconds,
    },
    { section: 'broken-contract', name: 'BrokenContract', tries: 3, what: 'however rarely it is tried' },
  ]) {
    test(`called ${section} keeps ringing for a single picture, ${what}`, () => {
      const functionTimeoutSeconds = z.number().parse(properties('ReadPlateLambdaFunction')['Timeout']);
      const measured: { atSeconds: number; value: number }[] = [];
      for (let atSeconds = 0; atSeconds < daySeconds;) {
        measured.push({ atSeconds, value: 1 });
        atSeconds += functionTimeoutSeconds + retryDelaySeconds(measured.length, retryAfterSeconds, 1);
      }
      const alarm = alarmCalled(section);
      const { atSeconds: firstSeconds } = z.object({ atSeconds: z.number() }).parse(measured[tries - 1]);
      const periodsSeconds = (alarm.EvaluationPeriods - 1) * periodSecondsOf(alarm);
      for (let at = firstSeconds + periodsSeconds; at < daySeconds; at += 60) {
        assert.ok(ringsAt(at, alarm, { [name]: measured }), `silent after ${at} s`);
      }
    });
  }
});

describe('the topic of the alarms', () => {
  test('is encrypted with a key that CloudWatch may use', () => {
    assert.deepEqual(properties('AlarmTopic')['KmsMasterKeyId'], { Ref: 'AlarmTopicKey' });
    const forCloudWatch = statementsOf(properties('AlarmTopicKey')['KeyPolicy'])
      .filter(({ Principal }) => JSON.stringify(Principal) === '{"Service":"cloudwatch.amazonaws.com"}')
      .map(({ Effect, Action }) => ({ Effect, Action }));
    assert.deepEqual(forCloudWatch, [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }]);
    assert.equal(properties('AlarmTopicKey')['EnableKeyRotation'], true);
  });

  test("accepts only messages of the stack's own alarms, and only over TLS", () => {
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
    assert.deepEqual(properties('AlarmTopicPolicy')['Topics'], [{ Ref: 'AlarmTopic' }]);
    for (const { Resource } of statementsOf(properties('AlarmTopicPolicy')['PolicyDocument'])) {
      assert.deepEqual(Resource, [{ Ref: 'AlarmTopic' }]);
    }
    for (const { AlarmName } of alarms()) assert.ok(AlarmName.startsWith('plateline-prod-'));
  });

  test('has the given address as a subscriber', () => {
    assert.deepEqual(properties('AlarmSubscription'), {
      TopicArn: { Ref: 'AlarmTopic' },
      Protocol: 'email',
      Endpoint: 'somebody@example.com',
    });
  });

  test('has no subscriber without an address', async () => {
    const template = await deployedTemplate(['--stage', 'prod']);
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

  /** A metric's dimensions as the dashboard writes them. */
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

  test('shows only metrics that the function or AWS emits', () => {
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
