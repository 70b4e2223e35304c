// npm run bench:console: times the pages of the console over a full table, as npm run local serves them. The
// processor time is what the wall clock would say on a machine that does nothing else.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../cli/aws/clients.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { startConsole } from '../../cli/console/start-console.ts';
import { startLocalStack } from '../../infra/local/stack.ts';
import { hourCounterOf, koreaDayOf } from '../../functions/core/record/usage.ts';
import { signIn } from '../cli/console/raw-client.ts';
import { putItems, recordOf } from '../cli/put-items.ts';
import { putVisits, type TestVisit } from '../cli/put-visits.ts';
import { attributesOf, fillTable } from './grown-table.ts';
import { median } from './statistics.ts';

const records = Number(process.argv[2] ?? 100_000);
const rounds = 15;
const startMs = Date.now();

/** Each round asks about other records, so that nothing is measured twice. */
const pages = {
  'a plate': (number: number) => `/api/search?${query({ plate: plateOf(number) })}`,
  'its last four digits': (number: number) => `/api/search?plate=${plateOf(number).slice(-4)}`,
  'look-alikes': (number: number) => `/api/search?${query({ plate: plateOf(number), alike: '1' })}`,
  'a camera': (number: number) => `/api/search?camera=gate-${number % 50}`,
  'a picture': (number: number) => `/api/picture?${query({ id: attributesOf(number).imageId })}`,
  Review: () => '/api/review',
  Waiting: () => '/api/waiting',
  'Cameras, 30 days': () => '/api/cameras?days=30',
  'Usage, a month': () => '/api/usage',
  'Visits of all sites': (number: number) => `/api/visits?${query({ until: visitMomentOf(number) })}`,
  'Visits of a site': (number: number) => `/api/visits?${query({ site: siteOf(number) })}`,
  'Visits of a plate': (number: number) => `/api/visits?${query({ plate: visitPlateOf(number) })}`,
  'Now on site, 24 hours': () => '/api/on-site',
  'Now on site, 7 days': () => '/api/on-site?hours=168',
};

const stack = await startLocalStack({ polling: false });
const direct = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
await fillTable(direct, stack.tableName, records, (written) => {
  if (written % 10_000 === 0) process.stderr.write(`${written} of ${records} records\n`);
});
await putItems(direct, stack.usageTableName, usageItems());
await putItems(direct, stack.tableName, waitingRecords());
await fillVisits();
const { region, credentials } = stack.s3.clientConfiguration;
const connection = { endpointUrl: stack.gateway.url, region, credentials };
const past = { ...connection, endpointUrl: stack.dynamodb.directClientConfiguration.endpoint };
const running = await startConsole({
  source: {
    dynamodb: createDynamoDBClient(past),
    s3: createS3Client(connection),
    sqs: createSqsClient(connection),
    ssm: createSsmClient(connection),
    stage: 'local',
    writer: undefined,
    bucket: stack.bucket,
    ...resourcesOf({ stage: 'local' }),
  },
  port: 0,
  onBug: console.error,
});
try {
  const ask = await signIn(running);
  for (const [name, pathOf] of Object.entries(pages)) {
    const timesMs: number[] = [];
    const processorMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [startMs, before] = [performance.now(), process.cpuUsage()];
      const { status } = await ask('GET', pathOf((round * 6151) % records));
      const { user, system } = process.cpuUsage(before);
      timesMs.push(performance.now() - startMs);
      processorMs.push((user + system) / 1000);
      if (status !== 200) throw new Error(`${name} answered ${status}.`);
    }
    const figures = [median(timesMs), Math.max(...timesMs), median(processorMs), processorMs[0] ?? 0];
    const [middle, slowest, processor, first] = figures.map((ms) => `${ms.toFixed(0)} ms`);
    console.log(
      `${name.padEnd(22)} median ${middle}, slowest ${slowest}, processor ${processor}, at first ${first}`,
    );
  }
} finally {
  await running.close();
  direct.destroy();
  await stack.stop();
}

/** A month of counters of 20 cameras, each hour of them. */
function usageItems() {
  const hours = Array.from({ length: 24 }, (_, hour) => [hourCounterOf('reads', hour), 55] as const);
  return Array.from({ length: 31 * 20 }, (_, number) => ({
    day: koreaDayOf(Date.now() - Math.floor(number / 20) * 24 * 3600_000),
    camera: `gate-${number % 20}`,
    ...{ pictures: 1320, reads: 1320, calls: 1320, ...Object.fromEntries(hours) },
  }));
}

/** Fifteen of each of 20 cameras. */
function waitingRecords() {
  return Array.from({ length: 300 }, (_, number) =>
    recordOf(`waiting-${number}.jpg`, {
      ...{ plate: undefined, plates: undefined, box: undefined, plateKey: undefined, readAt: undefined },
      camera: `gate-${number % 20}`,
      status: 'PENDING',
      nextTryAt: new Date(Date.now() + number * 1000).toISOString(),
      reason: { code: 'TOO_MANY_REQUESTS', message: 'The endpoint asks for fewer calls.' },
    }),
  );
}

/** As many visits as records over 90 days, at five sites: of 100 cars that come, 80 leave 100 visits later. */
async function fillVisits(): Promise<void> {
  const batch = 1000;
  for (let first = 0; first < records; first += batch) {
    if (first % 10_000 === 0) process.stderr.write(`${first} of ${records} visits\n`);
    const numbers = Array.from({ length: Math.min(batch, records - first) }, (_, index) => first + index);
    await putVisits(direct, stack.visitsTableName, numbers.map(visitOf));
  }
  const current = Array.from({ length: 20 }, (_, number) => ({ ...visitOf(number), isInProgress: true }));
  await putVisits(direct, stack.visitsTableName, current);
}

function visitOf(number: number): TestVisit {
  const leaves = number % 200 < 80;
  const plate = visitPlateOf(leaves ? number + 100 : number);
  const role = leaves ? 'exit' : 'entry';
  return {
    site: siteOf(number),
    plate,
    reads: [{ camera: 'gate', capturedAt: visitMomentOf(number), role }],
  };
}

function visitPlateOf(number: number): string {
  return `${100 + Math.floor(number / 10_000)}가${String(number % 10_000).padStart(4, '0')}`;
}

function siteOf(number: number): string {
  return `site-${number % 5}`;
}

/** The visit with number 0 is the last one. */
function visitMomentOf(number: number): string {
  return new Date(startMs - Math.round((number / records) * 90 * 24 * 3600_000)).toISOString();
}

function plateOf(number: number): string {
  return attributesOf(number).final.plateKey ?? '';
}

function query(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
