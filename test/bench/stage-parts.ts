import * as z from 'zod';
import { emittedMetrics } from '../infra/emitted-metrics.ts';
import { deployedTemplate, resourceOf } from '../infra/template.ts';
import type { StageParts } from './arrival-costs.ts';

const alarm = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });

/** The parts of a stage that is deployed with all defaults. */
export async function defaultStageParts(): Promise<StageParts> {
  const template = await deployedTemplate(['--stage', 'prod']);
  const alarms = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => alarm.parse(Properties).Metrics ?? [{ MetricStat: {} }]);
  const metrics = await emittedMetrics({
    POWERTOOLS_SERVICE_NAME: 'plateline',
    POWERTOOLS_METRICS_NAMESPACE: 'Plateline/prod',
  });
  const { MemorySize } = z
    .object({ MemorySize: z.number() })
    .parse(resourceOf(template, 'ReadPlateLambdaFunction').Properties);
  const mapping = z
    .object({ BatchSize: z.number(), ScalingConfig: z.object({ MaximumConcurrency: z.number() }) })
    .parse(resourceOf(template, 'ReadPlateEventSourceMappingSQSPicturesQueue').Properties);
  const { LifecycleConfiguration } = z
    .object({
      LifecycleConfiguration: z.object({
        Rules: z.array(z.object({ ExpirationInDays: z.number().optional() })),
      }),
    })
    .parse(resourceOf(template, 'PicturesBucket').Properties);
  return {
    alarmMetrics: alarms.flat().filter(({ MetricStat }) => MetricStat !== undefined).length,
    customMetrics: new Set(metrics.map(({ name }) => name)).size,
    memorySizeMb: MemorySize,
    maximumConcurrency: mapping.ScalingConfig.MaximumConcurrency,
    batchSize: mapping.BatchSize,
    retentionDays: Math.max(...LifecycleConfiguration.Rules.map((rule) => rule.ExpirationInDays ?? 0)),
  };
}
