import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
  type CloudWatchClient,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { amount } from '../../cli/terminal/amount.ts';
import type { Clients } from './clients.ts';
import type { StageOutputs } from './deploy-stack.ts';
import { stackNameOf } from './existing-resources.ts';
import type { StackPackage } from './package-stack.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const pollMs = 1000;

/** Checks that every alarm can reach its topic, rings one of them, and checks that somebody hears it. */
export async function tryAlarms(
  context: RunContext,
  { cloudWatch, sns }: Pick<Clients, 'cloudWatch' | 'sns'>,
  { alarms }: Pick<StackPackage, 'alarms'>,
  { AlarmTopicArn: topic }: Pick<StageOutputs, 'AlarmTopicArn'>,
): Promise<StepOutcome<true>> {
  const deployed = new Map<string | undefined, MetricAlarm>();
  const prefix = `${stackNameOf(context.stage)}-`;
  for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmNamePrefix: prefix })) {
    for (const alarm of page.MetricAlarms ?? []) deployed.set(alarm.AlarmName, alarm);
  }
  const silent = alarms.filter((name) => {
    const { ActionsEnabled: isEnabled, AlarmActions: actions } = deployed.get(name) ?? {};
    return isEnabled !== true || actions?.includes(topic) !== true;
  });
  const [tried] = alarms;
  if (silent.length > 0 || tried === undefined) {
    return {
      kind: 'failed',
      sentence: `These alarms are missing or do not notify ${topic}: ${silent.join(', ')}.`,
      advice:
        'Somebody changed or deleted them outside of CloudFormation. Deploy with: npx osls deploy --force',
    };
  }
  const rung = await ringAlarm(context, cloudWatch, tried, topic);
  if (rung.kind !== 'delivered') {
    return {
      kind: 'failed',
      sentence: `CloudWatch could not send the alarm ${tried} to ${topic}: ${rung.cause}.`,
      advice: 'Check the policy of the topic and of its KMS key; both must allow cloudwatch.amazonaws.com.',
    };
  }
  return await checkListeners(
    sns,
    topic,
    `All ${amount(alarms.length, 'alarm')} notify the topic; ${tried} rang`,
  );
}

/** Sets an alarm off, and waits until CloudWatch reports what became of its message. */
async function ringAlarm(
  { patienceMs, interrupt, transcript }: RunContext,
  cloudWatch: CloudWatchClient,
  name: string,
  topic: string,
): Promise<{ readonly kind: 'delivered' } | { readonly kind: 'undelivered'; readonly cause: string }> {
  // A second back: the history has CloudWatch's clock.
  const startedAt = new Date(Date.now() - 1000);
  const reason = 'A trial of npm run first-deploy. Nobody needs to do anything.';
  const setState = (state: 'ALARM' | 'OK') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason }));
  // An alarm that rings already would send nothing.
  await setState('OK');
  await setState('ALARM');
  transcript.note(`  Set the alarm ${name} off.`);
  try {
    const deadlineMs = Date.now() + patienceMs;
    while (Date.now() < deadlineMs) {
      const { AlarmHistoryItems: items = [] } = await cloudWatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: name,
          HistoryItemType: 'Action',
          StartDate: startedAt,
        }),
      );
      const summaries = items.flatMap(({ HistorySummary: summary = '' }) =>
        summary.includes(topic) ? [summary] : [],
      );
      if (summaries.some((summary) => summary.startsWith('Successfully'))) return { kind: 'delivered' };
      const [failed] = summaries;
      if (failed !== undefined) return { kind: 'undelivered', cause: failed };
      await delay(pollMs, undefined, { signal: interrupt });
    }
    return { kind: 'undelivered', cause: `nothing was sent within ${patienceMs / 1000} seconds` };
  } finally {
    // CloudWatch decides again at the next evaluation, within minutes.
    await setState('OK');
  }
}

async function checkListeners(sns: SNSClient, topic: string, done: string): Promise<StepOutcome<true>> {
  const subscriptions: string[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
    for (const { SubscriptionArn: arn = '' } of page.Subscriptions ?? []) subscriptions.push(arn);
  }
  const confirmed = subscriptions.filter((arn) => arn.startsWith('arn:')).length;
  if (confirmed > 0) {
    const sentence = `${done}. ${amount(confirmed, 'confirmed subscription')} receive it.`;
    return { kind: 'ok', sentence, value: true };
  }
  return {
    kind: 'warning',
    sentence: `${done}, but nobody receives it: ${subscriptions.length === 0 ? 'the topic has no subscription' : 'no subscription is confirmed'}.`,
    advice:
      subscriptions.length === 0
        ? 'Deploy with --param alarmEmail=ADDRESS, or subscribe to the topic.'
        : 'Open the e-mail of AWS Notifications at that address, and follow its link.',
    value: true,
  };
}
