import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { HeldOutcome, Outcome, PictureReport } from '../core/record/outcome.ts';
import type { Reason } from '../core/record/reason.ts';

export type Telemetry = ReturnType<typeof createTelemetry>;

/** The metric that counts each outcome of an attempt at a picture; those of held pictures follow. */
const metricNames = {
  read: 'Read',
  'no-plate': 'NoPlate',
  unreadable: 'Unreadable',
  rejected: 'Rejected',
  gone: 'Gone',
  unavailable: 'Unavailable',
  wait: 'Wait',
  misconfigured: 'Misconfigured',
  duplicate: 'Duplicate',
} as const satisfies Record<Exclude<Outcome['kind'], 'held'>, string>;

/** Not `Wait`: a stage that holds its pictures back is not stuck, and has an alarm of its own. */
const heldMetricNames = { 'call-cap': 'HeldByCallCap', breaker: 'HeldByBreaker' } as const satisfies Record<
  HeldOutcome['by'],
  string
>;

/** The metric that counts an outcome. */
export function metricNameOf(outcome: Outcome): string {
  return outcome.kind === 'held' ? heldMetricNames[outcome.by] : metricNames[outcome.kind];
}

/**
 * One JSON line for the result of each picture or message, and CloudWatch metrics in the embedded metric
 * format.
 */
export function createTelemetry() {
  const logger = new Logger();
  const metrics = new Metrics();
  const count = (name: string, value = 1) => metrics.addMetric(name, MetricUnit.Count, value);

  return {
    pictureEnded(messageId: string, imageId: string, report: PictureReport): void {
      const {
        outcome,
        attempts,
        calls,
        latenciesMs,
        queueDelayMs,
        comesBackAfterSeconds,
        cropNotKept,
        error,
      } = report;
      count(metricNameOf(outcome));
      if (outcome.kind === 'wait' && outcome.brokenContract) count('BrokenContract');
      if (outcome.kind === 'wait' && outcome.readerCrashed) count('ReaderCrashed');
      // Without what the function itself rejects: a bucket can have many objects that are no pictures.
      if (outcome.kind === 'rejected' && calls > 0) count('RejectedByEndpoint');
      if (cropNotKept) count('CropNotKept');
      if (calls > 0) count('OcrCalls', calls);
      for (const latencyMs of latenciesMs)
        metrics.addMetric('OcrLatency', MetricUnit.Milliseconds, latencyMs);
      if (queueDelayMs !== undefined) metrics.addMetric('QueueDelay', MetricUnit.Milliseconds, queueDelayMs);

      logger[levelOf(outcome)](`picture ${outcome.kind}`, {
        messageId,
        imageId,
        ...('reason' in outcome ? { reason: outcome.reason } : {}),
        ...(attempts === undefined ? {} : { attempts }),
        calls,
        ...(queueDelayMs === undefined ? {} : { queueDelayMs }),
        ...(comesBackAfterSeconds === undefined ? {} : { comesBackAfterSeconds }),
        ...(cropNotKept && { cropNotKept }),
        ...(error === undefined ? {} : { thrownAt: thrownAt(error) }),
      });
    },

    /** A message announced no picture. */
    messageIgnored(messageId: string): void {
      logger.info('message ignored', { messageId });
    },

    /** The function sent a message to the dead-letter queue before its receives were used up. */
    messageParked(messageId: string, faults: readonly string[]): void {
      count('MessageParked');
      logger.error('message parked', { messageId, faults });
    },

    /** The function sent a message again as a new one, so that its held pictures can wait without end. */
    messageRenewed(messageId: string): void {
      logger.warn('message renewed', { messageId });
    },

    /** A message has waited, or will have waited when it comes back, for longer than any usual retry. */
    messageWaitsLong(messageId: string): void {
      count('MessageWaitsLong');
      logger.warn('message waits long', { messageId });
    },

    /** Something about a message failed that no picture's outcome reports. */
    messageFailed(messageId: string, reason: Reason, error?: unknown): void {
      count('MessageTroubled');
      logger.error('message troubled', {
        messageId,
        reason,
        ...(error === undefined ? {} : { thrownAt: thrownAt(error) }),
      });
    },

    /** The usage counters may lack what one invocation should have added. */
    usageNotCounted(reason: Reason, error: unknown): void {
      count('UsageNotCounted');
      logger.error('usage not counted', { reason, thrownAt: thrownAt(error) });
    },

    /** Writes the metrics; to be called at the end of each invocation. */
    flush(): void {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

function levelOf(outcome: Outcome): 'info' | 'warn' | 'error' {
  switch (outcome.kind) {
    case 'misconfigured':
      return 'error';
    case 'wait':
    case 'held':
    case 'unavailable':
      return 'warn';
    case 'read':
    case 'no-plate':
    case 'unreadable':
    case 'rejected':
    case 'gone':
    case 'duplicate':
      return 'info';
  }
}

/** Names and stack frames of an error and its causes, without their texts: a parser quotes what it parsed. */
function thrownAt(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [typeof error];
  // The stack of the SDK's service error repeats the name that the service chose, which could look like a
  // frame.
  const ownStack = '$metadata' in error ? '' : (error.stack ?? '');
  const frames = ownStack
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return [
    // The service chooses the name of the SDK's error; the names of AWS have letters only.
    /^[A-Za-z]{1,80}$/.test(error.name) ? error.name : 'Error',
    ...frames.map((frame) => frame.trim()),
    ...causes.filter((cause) => cause !== undefined).flatMap(thrownAt),
  ];
}
