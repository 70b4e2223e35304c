import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import type { Metric } from './emitted-metrics.ts';
import type { Template } from './template.ts';

const dimensionList = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .transform((dimensions) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])));

const metricShape = { Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionList };
const metric = z.object(metricShape).transform(({ Namespace, MetricName, Dimensions }) => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
}));

const statistic = z.enum(['Maximum', 'Sum']);

const metricStat = z.strictObject({
  Id: z.string(),
  ReturnData: z.literal(false),
  MetricStat: z.strictObject({ Metric: metric, Stat: statistic, Period: z.number() }),
});

const everyAlarm = {
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
  TreatMissingData: z.literal('notBreaching'),
  ComparisonOperator: z.enum(['GreaterThanThreshold', 'GreaterThanOrEqualToThreshold']),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
};

/** An alarm on one metric or one expression over several; strict, so that the evaluation covers every property. */
const alarmSchema = z.union([
  z
    .strictObject({
      ...everyAlarm,
      ...metricShape,
      Statistic: statistic,
      Period: z.number(),
    })
    .transform(({ Namespace, MetricName, Dimensions, Statistic, Period, ...alarm }) => ({
      ...alarm,
      expression: 'only',
      series: [
        {
          id: 'only',
          metric: { namespace: Namespace, name: MetricName, dimensions: Dimensions },
          statistic: Statistic,
          periodSeconds: Period,
        },
      ],
    })),
  z
    .strictObject({
      ...everyAlarm,
      Metrics: z.array(
        z.union([metricStat, z.strictObject({ Id: z.string(), Label: z.string(), Expression: z.string() })]),
      ),
    })
    .transform(({ Metrics, ...alarm }) => ({
      ...alarm,
      expression: Metrics.flatMap((each) => ('Expression' in each ? each.Expression : [])).join('\n'),
      series: Metrics.flatMap((each) =>
        'MetricStat' in each
          ? {
              id: each.Id,
              metric: each.MetricStat.Metric,
              statistic: each.MetricStat.Stat,
              periodSeconds: each.MetricStat.Period,
            }
          : [],
      ),
    })),
]);

/** An alarm of a template as CloudWatch evaluates it. */
export type Alarm = z.infer<typeof alarmSchema>;

/** The alarms of a template with their logical ids. */
export function alarmsOf(template: Template): (Alarm & { readonly logicalId: string })[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([logicalId, { Properties }]) => ({ logicalId, ...alarmSchema.parse(Properties) }));
}

export function watchedBy(alarm: Alarm): Metric[] {
  return alarm.series.map((each) => each.metric);
}

export function periodSecondsOf(alarm: Alarm): number {
  const [periodSeconds, ...others] = new Set(alarm.series.map((each) => each.periodSeconds));
  assert.ok(periodSeconds !== undefined && others.length === 0, 'all metrics of an alarm have one period');
  return periodSeconds;
}

/**
 * The measured values of each metric, by its name, or by its name and the resource of its dimension, such as
 * `ApproximateAgeOfOldestMessage PicturesQueue`.
 */
export type Measured = Readonly<
  Record<string, readonly { readonly atSeconds: number; readonly value: number }[]>
>;

const valueOf = {
  Sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values: readonly number[]) => Math.max(...values),
};

const breaches = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
};

/** The functions of metric math that the alarms use; a metric without data is undefined. */
const metricMath = {
  IF: (condition: boolean, then: number | undefined, otherwise: number | undefined) =>
    condition ? then : otherwise,
  FILL: (value: number | undefined, filler: number) => value ?? filler,
};

/**
 * The alarm's value for the period that ends then; undefined if there is none. All periods of one evaluation end
 * with the range, of which `AVG` is the mean.
 */
export function valueAt(
  endSeconds: number,
  alarm: Alarm,
  measured: Measured,
  rangeEndSeconds = endSeconds,
): number | undefined {
  const inner = averaged.exec(alarm.expression)?.[1];
  const average =
    inner === undefined
      ? 0
      : meanOf(
          Array.from({ length: alarm.EvaluationPeriods }, (_, before) => {
            const ofInner = { ...alarm, expression: inner };
            return valueAt(rangeEndSeconds - before * periodSecondsOf(alarm), ofInner, measured) ?? 0;
          }),
        );
  const periodSeconds = periodSecondsOf(alarm);
  const values = alarm.series.map((each) => {
    const inPeriod = (measured[nameIn(measured, each.metric)] ?? [])
      .filter((datum) => datum.atSeconds > endSeconds - periodSeconds && datum.atSeconds <= endSeconds)
      .map(({ value }) => value);
    return inPeriod.length > 0 ? valueOf[each.statistic](inPeriod) : undefined;
  });
  return z
    .number()
    .optional()
    .parse(compiled(alarm)(...Object.values(metricMath), average, ...values));
}

/** The only form in which the alarms use the mean of a range. */
const averaged = /\bAVG\((FILL\(\w+, 0\))\)/;

const meanOf = (values: readonly number[]) => valueOf.Sum(values) / values.length;

function nameIn(measured: Measured, { name, dimensions }: Metric): string {
  const resource = resourceReference.safeParse(Object.values(dimensionValues.parse(dimensions))[0]).data;
  const specific = `${name} ${resource ?? ''}`;
  return specific in measured ? specific : name;
}

const dimensionValues = z.record(z.string(), z.unknown());
const resourceReference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string()], z.string()) }).transform((call) => call['Fn::GetAtt'][0]),
]);

const compiledFunction = z.custom<(...values: unknown[]) => unknown>((value) => typeof value === 'function');
const compiledExpressions = new Map<string, (...values: unknown[]) => unknown>();

/** The part of metric math that the alarms use is valid JavaScript. */
function compiled({ expression, series }: Alarm): (...values: unknown[]) => unknown {
  const names = [...Object.keys(metricMath), 'average', ...series.map(({ id }) => id)];
  const source = `(${names.join(', ')}) => ${expression.replace(averaged, 'average')}`;
  const known = compiledExpressions.get(source) ?? compiledFunction.parse(runInNewContext(source));
  compiledExpressions.set(source, known);
  return known;
}

/**
 * CloudWatch looks at a few periods more than it evaluates, to find values for those that have none (User
 * Guide, "Configuring how CloudWatch alarms treat missing data": five periods where it evaluates three).
 */
const furtherPeriods = 2;

/**
 * Whether CloudWatch's evaluation at a moment finds the alarm ringing. The periods slide: the last one ends
 * at that moment. Of the periods that it looks at, it judges the newest that have a value. If too few have
 * one, the others count as not breaching.
 */
export function ringsAt(atSeconds: number, alarm: Alarm, measured: Measured): boolean {
  const { EvaluationPeriods: evaluated, DatapointsToAlarm: wanted = evaluated } = alarm;
  const values = Array.from({ length: evaluated + furtherPeriods }, (_, before) =>
    valueAt(atSeconds - before * periodSecondsOf(alarm), alarm, measured, atSeconds),
  ).filter((value) => value !== undefined);
  const breaching = values
    .slice(0, evaluated)
    .filter((value) => breaches[alarm.ComparisonOperator](value, alarm.Threshold));
  return breaching.length >= wanted;
}
