import { runMapping } from './event-source-mapping.ts';
import { prices } from './prices.ts';

/** What a stage has that costs money at any rate of pictures. */
export type StageParts = {
  /** Metrics that alarms watch, each counted once for each alarm. */
  readonly alarmMetrics: number;
  readonly customMetrics: number;
  readonly memorySizeMb: number;
  readonly maximumConcurrency: number;
  readonly batchSize: number;
  readonly retentionDays: number;
};

/** A month of 30 days at one rate of pictures, in USD. */
type MonthCosts = {
  readonly picturesADay: number;
  readonly windowSeconds: number;
  readonly picturesPerInvocation: number;
  /** From the arrival of a message to its invocation, the mean and what one in a hundred exceeds. */
  readonly meanWaitSeconds: number;
  readonly longWaitSeconds: number;
  /** The alarms, metrics, dashboard, key, the polling of two empty queues, and notify by the clock. */
  readonly fixed: number;
  readonly lambda: number;
  readonly sqs: number;
  readonly dynamodb: number;
  readonly s3: number;
  readonly logsAndTraces: number;
  /** The function notify, with its requests, its log and its traces. */
  readonly events: number;
  readonly storage: number;
};

const daysAMonth = 30;
const secondsADay = 86_400;
/** Enough for steady figures: the mean batch of another seed differs by a few hundredths. */
const simulatedMessages = 20_000;

/** The bench measures 415 to 460 ms for one picture and 488 ms for ten, at an endpoint that answers in 400 ms. */
const durationSeconds = (pictures: number) => 0.45 + 0.0042 * (pictures - 1);

/** Measured lines: one for each picture, and the metrics of an invocation with Lambda's own three lines. */
const logBytesPerPicture = 330;
const logBytesPerInvocation = 1_100;

/** The claim and the record with their indexes (test/bench/report). */
const writeUnitsPerPicture = 6;
/**
 * What notify does for one record with a plate, where a car comes every minute: the state of its site twice, its
 * place in the index of due sites, the visit and its places in the indexes of plates and of all visits, and the
 * read. The section Events of the bench measured all but the duration: 7.5 write units, rounded up here; 2.5 read
 * units, 2.0 requests to SNS with 2.0 events. With ten cars a minute at one site it was 10.9 write units. An
 * invocation takes one record, as it does while records come one by one; full batches cost less. The duration is
 * an assumption: nine requests.
 */
const notify = {
  writeUnits: 8,
  readUnits: 2.5,
  snsRequests: 2,
  seconds: 0.06,
  gigabytes: 0.5,
} as const;
/**
 * What deliver-webhook does for one event without any webhook: the message is sent, received and deleted, and
 * the webhooks are read. An invocation takes one event, as while they come one by one.
 */
const deliverWebhook = { sqsRequests: 3, readUnits: 1, seconds: 0.03, gigabytes: 0.25 } as const;
/** The clock invokes it every minute, too. */
const clockInvocations = daysAMonth * 24 * 60;

/** A picture's bytes, and those of a record in the table and in its three indexes with DynamoDB's overhead. */
const pictureBytes = 256 * 1024;
const recordBytes = 1_100;
const indexes = 3;

/** What a stage costs in a month at a rate of pictures and with a batching window. */
export function monthCosts(picturesADay: number, windowSeconds: number, stage: StageParts): MonthCosts {
  const { batchSize, maximumConcurrency } = stage;
  const mapping = { batchSize, maximumConcurrency, windowSeconds, durationSeconds };
  const run = runMapping(picturesADay, simulatedMessages, mapping);
  const pictures = picturesADay * daysAMonth;
  const invocations = (pictures * run.batches.length) / run.messages;
  const billedSeconds = (pictures * sum(run.batches.map(durationSeconds))) / run.messages;
  const emptyReceives = (run.emptyReceives / run.seconds) * secondsADay * daysAMonth;
  // Every picture is sent once; every invocation deletes its batch with one request.
  const sqsRequests = pictures + (pictures * run.receives) / run.messages + invocations;
  const logBytes = pictures * logBytesPerPicture + invocations * logBytesPerInvocation;
  // Each invocation counts its pictures once for each camera; here all are of one.
  const writeUnits = pictures * writeUnitsPerPicture + invocations;
  const waits = run.waitsSeconds.toSorted((one, other) => one - other);
  return {
    picturesADay,
    windowSeconds,
    picturesPerInvocation: run.messages / run.batches.length,
    meanWaitSeconds: sum(waits) / waits.length,
    longWaitSeconds: waits[Math.floor(waits.length * 0.99)] ?? 0,
    fixed:
      stage.alarmMetrics * prices.alarmMetricMonth +
      stage.customMetrics * prices.customMetricMonth +
      prices.dashboardMonth +
      prices.kmsKeyMonth +
      // Of the queue of pictures and of that of webhooks.
      2 * emptyReceives * prices.sqsRequest +
      invocationCosts(notify, clockInvocations),
    lambda:
      billedSeconds * (stage.memorySizeMb / 1024) * prices.lambdaGigabyteSecond +
      invocations * prices.lambdaRequest,
    sqs: sqsRequests * prices.sqsRequest,
    dynamodb: writeUnits * prices.dynamodbWriteUnit,
    s3: pictures * (prices.s3Put + prices.s3Get),
    logsAndTraces:
      logBytes * prices.logByte + tracesIn(invocations, run.batches.length / run.seconds) * prices.xrayTrace,
    events: eventsCosts(pictures),
    storage: storageCosts(picturesADay, stage.retentionDays),
  };
}

/** The sum of all parts of a month, in USD. */
export function totalOf(costs: MonthCosts): number {
  const { fixed, lambda, sqs, dynamodb, s3, logsAndTraces, events, storage } = costs;
  return fixed + lambda + sqs + dynamodb + s3 + logsAndTraces + events + storage;
}

/** The costs of visits, watch lists and events; no list, no webhook and no other subscriber. */
function eventsCosts(pictures: number): number {
  const { writeUnits, snsRequests } = notify;
  const requests = writeUnits * prices.dynamodbWriteUnit + snsRequests * prices.snsRequest;
  const { sqsRequests } = deliverWebhook;
  const events = pictures * snsRequests;
  return (
    pictures * requests +
    invocationCosts(notify, pictures) +
    events * sqsRequests * prices.sqsRequest +
    invocationCosts(deliverWebhook, events)
  );
}

function invocationCosts(
  {
    readUnits,
    seconds,
    gigabytes,
  }: Pick<typeof notify | typeof deliverWebhook, 'readUnits' | 'seconds' | 'gigabytes'>,
  invocations: number,
): number {
  return (
    invocations * readUnits * prices.dynamodbReadUnit +
    invocations * (seconds * gigabytes * prices.lambdaGigabyteSecond + prices.lambdaRequest) +
    invocations * logBytesPerInvocation * prices.logByte +
    tracesIn(invocations, invocations / (daysAMonth * secondsADay)) * prices.xrayTrace
  );
}

/** X-Ray's default rule: the first invocation of each second, and 5 % of the others. */
function tracesIn(invocations: number, meanASecond: number): number {
  const secondsWithOne = 1 - Math.exp(-meanASecond);
  const share = secondsWithOne / meanASecond;
  return invocations * (share + 0.05 * (1 - share));
}

/** Pictures and records of the whole retention, as after that time. */
function storageCosts(picturesADay: number, retentionDays: number): number {
  const kept = picturesADay * retentionDays;
  const gigabytes = (bytes: number) => (kept * bytes) / 1e9;
  return (
    gigabytes(pictureBytes) * prices.s3GigabyteMonth +
    gigabytes(recordBytes * (1 + indexes)) * prices.dynamodbGigabyteMonth +
    gigabytes(recordBytes) * prices.dynamodbRecoveryGigabyteMonth
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The rates and windows of the table in docs/scale.md. */
const tableRows = [10, 1_000, 100_000, 1_000_000].flatMap((picturesADay) =>
  [0, 5, 20].map((windowSeconds) => ({ picturesADay, windowSeconds })),
);

/** The table in docs/scale.md. */
export function arrivalCostTable(stage: StageParts): string {
  const heads = [
    'pictures a day',
    'window',
    'pictures per invocation',
    'wait, mean and 99 %',
    'fixed',
    'Lambda',
    'SQS',
    'DynamoDB',
    'S3',
    'logs, traces',
    'events',
    'storage',
    'USD a month',
    'USD a million, without fixed and storage',
  ];
  const rows = tableRows.map(({ picturesADay, windowSeconds }) => {
    const costs = monthCosts(picturesADay, windowSeconds, stage);
    const moving = totalOf(costs) - costs.fixed - costs.storage;
    return [
      picturesADay.toLocaleString('en'),
      `${windowSeconds} s`,
      costs.picturesPerInvocation.toFixed(1),
      `${costs.meanWaitSeconds.toFixed(1)} s, ${costs.longWaitSeconds.toFixed(1)} s`,
      ...[costs.fixed, costs.lambda, costs.sqs, costs.dynamodb, costs.s3, costs.logsAndTraces].map(dollars),
      ...[costs.events, costs.storage, totalOf(costs)].map(dollars),
      ((moving / (picturesADay * daysAMonth)) * 1e6).toFixed(2),
    ];
  });
  return [heads, heads.map(() => '--:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function dollars(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
