import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { describe, test } from 'vitest';
import * as z from 'zod';
import type { Outcome } from '../../../functions/core/record/outcome.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import type { PictureEnd, TelemetryCall } from './telemetry-worker.ts';

const messageId = 'message-1';
const imageId = 's3://pictures/gate/1.jpg?versionId=v1';
const reason = { code: 'SOME_CODE', message: 'Some sentence.' };
const box = { x1: 340, y1: 3231, x2: 523, y2: 3231, x3: 523, y3: 3297, x4: 340, y4: 3297 };

const outcomes: readonly {
  readonly outcome: Outcome;
  readonly metric: string;
  readonly level: 'INFO' | 'WARN' | 'ERROR';
}[] = [
  {
    outcome: { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.93, box }] },
    metric: 'Read',
    level: 'INFO',
  },
  { outcome: { kind: 'no-plate', reason }, metric: 'NoPlate', level: 'INFO' },
  { outcome: { kind: 'unreadable', reason }, metric: 'Unreadable', level: 'INFO' },
  { outcome: { kind: 'rejected', reason }, metric: 'Rejected', level: 'INFO' },
  { outcome: { kind: 'gone', reason }, metric: 'Gone', level: 'INFO' },
  { outcome: { kind: 'unavailable', reason }, metric: 'Unavailable', level: 'WARN' },
  { outcome: { kind: 'wait', reason }, metric: 'Wait', level: 'WARN' },
  { outcome: { kind: 'misconfigured', reason }, metric: 'Misconfigured', level: 'ERROR' },
  { outcome: { kind: 'duplicate' }, metric: 'Duplicate', level: 'INFO' },
];

/** A line that belongs to no message has no `messageId`. */
const logLine = z.looseObject({
  level: z.string(),
  message: z.string(),
  messageId: z.string().optional(),
});

/**
 * A line in CloudWatch's embedded metric format (CloudWatch User Guide, "Specification: Embedded metric
 * format").
 */
const metricsLine = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

type Metric = { readonly unit: string; readonly values: readonly number[] };

const metricValues = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

/**
 * The standard output of a process that makes these calls; Lambda takes logs and metrics from there.
 */
async function outputOf(...calls: readonly TelemetryCall[]) {
  const worker = new Worker(new URL('./telemetry-worker.ts', import.meta.url), {
    workerData: calls,
    stdout: true,
    stderr: true,
    env: { POWERTOOLS_SERVICE_NAME: 'read-plate', POWERTOOLS_METRICS_NAMESPACE: 'Plateline' },
  });
  const [stdout, stderr] = await Promise.all([text(worker.stdout), text(worker.stderr)]);
  const lines = (stdout + stderr)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  const metricsLines = lines.flatMap((line) => metricsLine.safeParse(line).data ?? []);
  return {
    text: stdout + stderr,
    metricsLines,
    logLines: lines.filter((line) => !metricsLine.safeParse(line).success).map((line) => logLine.parse(line)),
    metrics: metricsOf(metricsLines),
  };
}

/** All values of each metric, over all lines. */
function metricsOf(lines: readonly z.infer<typeof metricsLine>[]): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, Metric>();
  for (const line of lines) {
    for (const { Name: name, Unit: unit } of line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics)) {
      const values = metricValues.parse(line[name]);
      metrics.set(name, { unit, values: [...(metrics.get(name)?.values ?? []), ...values] });
    }
  }
  return metrics;
}

function ended(end: Partial<PictureEnd> & Pick<PictureEnd, 'outcome'>): TelemetryCall {
  return {
    kind: 'picture-ended',
    end: { messageId, imageId, camera: 'gate', calls: 0, latenciesMs: [], ...end },
  };
}

const waiting: Outcome = { kind: 'wait', reason };
const flush: TelemetryCall = { kind: 'flush' };

describe('metrics', () => {
  for (const { outcome, metric } of outcomes) {
    test(`a picture that ends as ${outcome.kind} counts as ${metric} and as nothing else`, async () => {
      const { metrics } = await outputOf(ended({ outcome }), flush);
      assert.deepEqual([...metrics], [[metric, { unit: 'Count', values: [1] }]]);
    });
  }

  test('a broken contract is counted besides the wait', async () => {
    const { metrics } = await outputOf(ended({ outcome: { ...waiting, brokenContract: true } }), flush);
    assert.deepEqual([...metrics.keys()].toSorted(), ['BrokenContract', 'Wait']);
  });

  test('a picture that the endpoint rejected is counted besides the rejection', async () => {
    const { metrics } = await outputOf(ended({ outcome: { kind: 'rejected', reason }, calls: 1 }), flush);
    assert.deepEqual([...metrics.keys()].toSorted(), ['OcrCalls', 'Rejected', 'RejectedByEndpoint']);
  });

  test('a crop that could not be kept is counted besides the read, and its reason is logged', async () => {
    const { metrics, logLines } = await outputOf(
      ended({ outcome: { kind: 'no-plate', reason }, cropNotKept: reason }),
      flush,
    );
    assert.deepEqual([...metrics.keys()].toSorted(), ['CropNotKept', 'NoPlate']);
    assert.deepEqual(logLines[0]?.['cropNotKept'], reason);
  });

  test('the calls of a picture are counted', async () => {
    const { metrics } = await outputOf(ended({ outcome: waiting, calls: 2 }), flush);
    assert.deepEqual(metrics.get('OcrCalls'), { unit: 'Count', values: [2] });
  });

  test('every answer’s time is there, in milliseconds', async () => {
    const { metrics } = await outputOf(
      ended({ outcome: waiting, calls: 2, latenciesMs: [340, 1200] }),
      flush,
    );
    assert.deepEqual(metrics.get('OcrLatency'), { unit: 'Milliseconds', values: [340, 1200] });
  });

  test('the time from upload to record is there, in milliseconds', async () => {
    const { metrics } = await outputOf(ended({ outcome: waiting, queueDelayMs: 2345 }), flush);
    assert.deepEqual(metrics.get('QueueDelay'), { unit: 'Milliseconds', values: [2345] });
  });

  test('a parked message is counted', async () => {
    const { metrics } = await outputOf(
      { kind: 'message-parked', messageId, faults: ['The body is not JSON.'] },
      flush,
    );
    assert.deepEqual(metrics.get('MessageParked'), { unit: 'Count', values: [1] });
  });

  test('usage that was not counted is counted as such', async () => {
    const { metrics } = await outputOf({ kind: 'usage-not-counted', reason, error: undefined }, flush);
    assert.deepEqual(metrics.get('UsageNotCounted'), { unit: 'Count', values: [1] });
  });

  test('the pictures of a batch are all counted, however many', async () => {
    const pictures = Array.from({ length: 250 }, () => ended({ outcome: waiting, calls: 1 }));
    const { metrics } = await outputOf(...pictures, flush);
    const sum = metrics.get('OcrCalls')?.values.reduce((total, value) => total + value, 0);
    assert.equal(sum, 250);
  });

  test('they have the namespace and the service of the environment', async () => {
    const { metricsLines } = await outputOf(ended({ outcome: waiting }), flush);
    const [line] = metricsLines;
    assert(line);
    assert.deepEqual(
      line._aws.CloudWatchMetrics.map(({ Namespace, Dimensions }) => ({ Namespace, Dimensions })),
      [{ Namespace: 'Plateline', Dimensions: [['service']] }],
    );
    assert.equal(line['service'], 'read-plate');
  });

  test('an invocation that counted nothing writes none', async () => {
    const { metricsLines } = await outputOf({ kind: 'message-ignored', messageId }, flush);
    assert.deepEqual(metricsLines, []);
  });

  test('the next invocation does not count them again', async () => {
    const { metrics } = await outputOf(ended({ outcome: waiting }), flush, flush);
    assert.deepEqual(metrics.get('Wait')?.values, [1]);
  });
});

describe('the log', () => {
  for (const { outcome, level } of outcomes) {
    test(`has one line of level ${level} for a picture that ends as ${outcome.kind}`, async () => {
      const { logLines } = await outputOf(ended({ outcome }));
      assert.deepEqual(
        logLines.map((line) => [line.level, line.message, line.messageId, line['imageId']]),
        [[level, `picture ${outcome.kind}`, messageId, imageId]],
      );
    });
  }

  test('has the reason of a picture that waits, and when it comes back', async () => {
    const { logLines } = await outputOf(ended({ outcome: waiting, comesBackAfterSeconds: 77 }));
    assert.deepEqual([logLines[0]?.['reason'], logLines[0]?.['comesBackAfterSeconds']], [reason, 77]);
  });

  test('has the attempts and calls of a picture', async () => {
    const { logLines } = await outputOf(ended({ outcome: waiting, attempts: 3, calls: 2 }));
    assert.deepEqual([logLines[0]?.['attempts'], logLines[0]?.['calls']], [3, 2]);
  });

  test('has the message that failed apart from its pictures', async () => {
    const { logLines } = await outputOf(
      { kind: 'message-ignored', messageId: 'ignored' },
      { kind: 'message-parked', messageId: 'parked', faults: ['The body is not JSON.'] },
      { kind: 'message-troubled', messageId: 'troubled', reason, error: new Error() },
    );
    assert.deepEqual(
      logLines.map((line) => line.messageId),
      ['ignored', 'parked', 'troubled'],
    );
  });

  test('has the faults of a parked message', async () => {
    const faults = ['An S3 event names no readable key.'];
    const { logLines } = await outputOf({ kind: 'message-parked', messageId, faults });
    assert.deepEqual([logLines[0]?.level, logLines[0]?.['faults']], ['ERROR', faults]);
  });
});

test('usage that was not counted has a line of its own in the log, with its reason', async () => {
  const { text: output, logLines } = await outputOf({
    kind: 'usage-not-counted',
    reason,
    error: new Error('hidden-secret'),
  });
  assert.deepEqual(
    logLines.map((line) => [line.level, line['reason']]),
    [['ERROR', reason]],
  );
  assert.doesNotMatch(output, /hidden-secret/);
});

describe('plates and secrets', () => {
  test('no plate, confidence or box of a read picture is written', async () => {
    const other = { plate: '12나3456', confidence: 0.42, box };
    const { text: output } = await outputOf(
      ended({
        outcome: { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.93, box }, other] },
        calls: 1,
        latenciesMs: [340],
      }),
      flush,
    );
    assert.match(output, /picture read/);
    assert.doesNotMatch(output, /가|나|0\.93|0\.42|"x1"|"plates?"|"confidence"|"box"/);
  });

  const torn = new SyntaxError('Unexpected end of JSON: {"Value":"hidden-secret');
  const outside = new OutsideError('SSM_SYNTAXERROR', 'A request to SSM failed: SyntaxError.', torn);

  test('an error’s text and those of its causes are left out', async () => {
    const { text: output } = await outputOf(ended({ outcome: waiting, error: outside }), flush);
    assert.doesNotMatch(output, /hidden-secret/);
  });

  test('an error and its cause are there with the places where they were thrown', async () => {
    const { logLines } = await outputOf(ended({ outcome: waiting, error: outside }));
    const thrownAt = z.array(z.string()).parse(logLines[0]?.['thrownAt']);
    const framesHere = thrownAt.filter((frame) => /^at .*telemetry\.test\.ts\b.*:\d+/.test(frame));
    assert(thrownAt.includes('SyntaxError'));
    assert(framesHere.length >= 2, thrownAt.join('\n'));
  });

  test('each of several errors is there with the place where it was thrown', async () => {
    const { logLines, text: output } = await outputOf({
      kind: 'picture-failed-twice',
      end: { messageId, imageId, outcome: waiting, camera: 'gate', calls: 0, latenciesMs: [] },
      errors: [new RangeError('hidden-secret'), new TypeError('hidden-secret')],
    });
    const thrownAt = z.array(z.string()).parse(logLines[0]?.['thrownAt']);
    assert.deepEqual(
      thrownAt.filter((entry) => !entry.startsWith('at ')),
      ['AggregateError', 'RangeError', 'TypeError'],
    );
    assert.doesNotMatch(output, /hidden-secret/);
  });

  test('a line of an error’s text that looks like where it was thrown is left out', async () => {
    const error = new SyntaxError('Unexpected token in\n    at hidden-secret');
    const { text: output } = await outputOf(ended({ outcome: waiting, error }));
    assert.doesNotMatch(output, /hidden-secret/);
  });

  test('a thrown value that is no error is not written', async () => {
    const { text: output } = await outputOf(ended({ outcome: waiting, error: 'hidden-secret' }));
    assert.doesNotMatch(output, /hidden-secret/);
  });

  test('the error of a troubled message is written without its text, too', async () => {
    const { text: output } = await outputOf({ kind: 'message-troubled', messageId, reason, error: outside });
    assert.doesNotMatch(output, /hidden-secret/);
  });
});
