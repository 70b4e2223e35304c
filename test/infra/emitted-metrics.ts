import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { heldByBreaker } from '../../functions/core/spend/breaker.ts';
import type { Outcome } from '../../functions/core/record/outcome.ts';
import type { TelemetryCall } from '../functions/adapters/telemetry-worker.ts';

const reason = { code: 'SOME_CODE', message: 'Some sentence.' };
const box = { x1: 0, y1: 0, x2: 1, y2: 0, x3: 1, y3: 1, x4: 0, y4: 1 };

const outcomes = {
  read: { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.93, box }] },
  'no-plate': { kind: 'no-plate', reason },
  unreadable: { kind: 'unreadable', reason },
  rejected: { kind: 'rejected', reason },
  gone: { kind: 'gone', reason },
  unavailable: { kind: 'unavailable', reason },
  wait: { kind: 'wait', reason, brokenContract: true, readerCrashed: true },
  misconfigured: { kind: 'misconfigured', reason },
  held: { kind: 'held', by: 'call-cap', reason, retryAfterSeconds: 1 },
  duplicate: { kind: 'duplicate' },
} satisfies { readonly [Kind in Outcome['kind']]: Extract<Outcome, { kind: Kind }> };

const messageId = 'message-1';
const calls: readonly TelemetryCall[] = [
  ...[...Object.values(outcomes), heldByBreaker].map((outcome): TelemetryCall => ({
    kind: 'picture-ended',
    end: {
      messageId,
      imageId: 's3://pictures/1.jpg',
      outcome,
      camera: 'gate',
      calls: 1,
      latenciesMs: [1],
      queueDelayMs: 1,
      cropNotKept: reason,
    },
  })),
  { kind: 'message-ignored', messageId },
  { kind: 'message-parked', messageId, faults: [] },
  { kind: 'message-renewed', messageId },
  { kind: 'message-waits-long', messageId },
  { kind: 'message-troubled', messageId, reason, error: undefined },
  { kind: 'usage-not-counted', reason, error: undefined },
  { kind: 'flush' },
];

/** CloudWatch's embedded metric format. */
const metricsLine = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** What identifies a metric in CloudWatch. */
export type Metric = { readonly namespace: string; readonly name: string; readonly dimensions: unknown };

type Environment = Readonly<Record<string, string>>;

/** Every metric that the telemetry of read-plate writes for any outcome, in the deployed environment. */
export function emittedMetrics(environment: Environment): Promise<Metric[]> {
  return metricsOfWorker('telemetry-worker.ts', environment);
}

/** Every metric that the telemetry of deliver-webhook writes, in the deployed environment. */
export function emittedWebhookMetrics(environment: Environment): Promise<Metric[]> {
  return metricsOfWorker('webhook-telemetry-worker.ts', environment);
}

async function metricsOfWorker(file: string, environment: Environment): Promise<Metric[]> {
  const worker = new Worker(new URL(`../functions/adapters/${file}`, import.meta.url), {
    workerData: calls,
    stdout: true,
    stderr: true,
    env: environment,
  });
  // Warnings and errors of the log, which hold no metrics.
  worker.stderr.resume();
  const output = await text(worker.stdout);
  return output
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => metricsLine.parse(JSON.parse(line)))
    .flatMap((line) =>
      line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.flatMap(({ Name }) =>
          Dimensions.map((names) => ({
            namespace: Namespace,
            name: Name,
            dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
          })),
        ),
      ),
    );
}
