import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import createDynalite from 'dynalite';
import { createReadingsTable, type ReadingsTable } from '../../functions/adapters/readings-table.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import type { TemplateResources } from '../../infra/local/template/template.ts';
import { startCapacityMeter, type CapacityMeter } from './capacity-meter.ts';
import { countIndexWrites } from './index-writes.ts';
import { attributesOf, createGrownTable, readItem, searchByPlate } from './grown-table.ts';
import { readPackagedTemplate } from './packaged-function.ts';
import { priceNote, prices } from './prices.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

const owner = 'bench';
const claimMs = 60_000;
const million = 1e6;

const operations = ['claim', 'record', 'search by plate'] as const;
type Operation = (typeof operations)[number];

type GrownTable = {
  readonly tableName: string;
  readonly records: number;
  readonly adapter: ReadingsTable;
  readonly meteredAdapter: ReadingsTable;
  readonly timesMs: Readonly<Record<Operation, number[]>>;
};

/** The units that DynamoDB bills for each operation. */
type Units = Readonly<Record<Operation, number>>;

/** The local DynamoDB, reached directly and through a meter of what it bills. */
type Database = {
  readonly client: DynamoDBClient;
  readonly meteredClient: DynamoDBClient;
  readonly meter: CapacityMeter;
  readonly definition: TemplateResources['tables']['ReadingsTable'];
  readonly createTable: (records: number, progress: BenchOptions['progress']) => Promise<GrownTable>;
  readonly stop: () => Promise<void>;
};

/** Measures whether a full table is slower or dearer. */
export async function measureGrowth({ quick, progress }: BenchOptions): Promise<Section> {
  const sizes = quick ? [100, 1000, 4000] : [1000, 10_000, 100_000];
  const rounds = quick ? 40 : 400;
  const database = await startDatabase();
  try {
    const tables: GrownTable[] = [];
    for (const records of sizes) tables.push(await database.createTable(records, progress));
    for (let round = 0; round < rounds; round += 1) {
      if (round % 20 === 0) progress(`Growth: round ${round} of ${rounds}`);
      for (const table of tables) await timeOperations(database.client, table, round);
    }
    const units: Units[] = [];
    for (const table of tables) units.push(await countUnits(database, table, rounds));
    return describe(tables, units, rounds);
  } finally {
    await database.stop();
  }
}

async function startDatabase(): Promise<Database> {
  const definition = readPackagedTemplate().tables.ReadingsTable;
  const dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
  const meter = await startCapacityMeter(dynalite.url);
  const config = {
    endpoint: dynalite.url,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  } satisfies DynamoDBClientConfig;
  const meteredConfig = { ...config, endpoint: meter.url };
  const client = new DynamoDBClient(config);
  const meteredClient = new DynamoDBClient(meteredConfig);
  return {
    client,
    meteredClient,
    meter,
    definition,
    async createTable(records, progress) {
      const tableName = `readings-${records}`;
      await createGrownTable(client, definition, tableName, records, (written) => {
        if (written % 1000 === 0) progress(`Growth: ${written} of ${records} records written`);
      });
      return {
        tableName,
        records,
        adapter: createReadingsTable(tableName, config),
        meteredAdapter: createReadingsTable(tableName, meteredConfig),
        timesMs: { claim: [], record: [], 'search by plate': [] },
      };
    },
    async stop() {
      client.destroy();
      meteredClient.destroy();
      await meter.stop();
      await dynalite.stop();
    },
  };
}

async function timeOperations(
  client: DynamoDBClient,
  { tableName, records, adapter, timesMs }: GrownTable,
  round: number,
): Promise<void> {
  const number = records + round;
  timesMs.claim.push(await timed(() => claim(adapter, number)));
  timesMs.record.push(await timed(() => record(adapter, number)));
  timesMs['search by plate'].push(
    await timed(() => searchByPlate(client, tableName, (round * 37) % records)),
  );
}

async function countUnits(
  { client, meteredClient, meter, definition }: Database,
  { tableName, records, meteredAdapter }: GrownTable,
  rounds: number,
): Promise<Units> {
  const number = records + rounds;
  const { imageId } = attributesOf(number);
  await claim(meteredAdapter, number);
  const claimUnits = meter.takeUnits();
  const claimed = await readItem(client, tableName, imageId);
  await record(meteredAdapter, number);
  const recordUnits = meter.takeUnits();
  const recorded = await readItem(client, tableName, imageId);
  await searchByPlate(meteredClient, tableName, 0);
  const indexes = definition.GlobalSecondaryIndexes;
  return {
    // An index holds the whole item, so a write to it takes as many units as the write to the table.
    claim: claimUnits * (1 + countIndexWrites(indexes, undefined, claimed)),
    record: recordUnits * (1 + countIndexWrites(indexes, claimed, recorded)),
    'search by plate': meter.takeUnits(),
  };
}

function describe(tables: readonly GrownTable[], units: readonly Units[], rounds: number): Section {
  return {
    title: 'Growth',
    method:
      `Tables with ${tables.map(({ records }) => records).join(', ')} records, all in one local DynamoDB, ten records a plate. ` +
      `${rounds} rounds over the tables in turn: the function’s own adapter claims a picture and records it, then a query finds a plate by its index. ` +
      'The times are medians. Units are what DynamoDB bills: the local DynamoDB counts those of the item, and DynamoDB’s rules give those of the indexes.',
    figures: growthFigures(tables, units),
    charts: [
      {
        title: 'Time over records in the table',
        x: { label: 'records', scale: 'logarithmic' },
        y: { label: 'median, ms', scale: 'linear' },
        series: operations.map((operation) => ({
          name: operation,
          points: tables.map(({ records, timesMs }) => [records, median(timesMs[operation])]),
        })),
      },
    ],
    notes: [
      'The local DynamoDB keeps all records in the memory of one process. Its times show whether the function asks for more as the table grows, not how fast DynamoDB is.',
      priceNote,
    ],
  };
}

function growthFigures(tables: readonly GrownTable[], units: readonly Units[]): Figure[] {
  const [smallest] = tables;
  const largest = tables.at(-1);
  const [unitsOfSmallest] = units;
  const unitsOfLargest = units.at(-1);
  if (!smallest || !largest || !unitsOfSmallest || !unitsOfLargest)
    throw new TypeError('No table was measured.');
  const growth = `${largest.records} records over ${smallest.records}`;
  const writeUnits = unitsOfLargest.claim + unitsOfLargest.record;
  return [
    ...operations.map((operation) => ({
      name: `${operation}: time, ${growth}`,
      value: median(largest.timesMs[operation]) / median(smallest.timesMs[operation]),
      unit: '×',
      target: { atMost: 1.25 },
    })),
    ...operations.map((operation) => ({
      name: `${operation}: billed units, ${growth}`,
      value: unitsOfLargest[operation] / unitsOfSmallest[operation],
      unit: '×',
      target: { atMost: 1 },
    })),
    { name: 'claim', value: unitsOfLargest.claim, unit: 'write units' },
    { name: 'record', value: unitsOfLargest.record, unit: 'write units' },
    {
      name: 'search by plate, ten records found',
      value: unitsOfLargest['search by plate'],
      unit: 'read units',
    },
    {
      name: 'DynamoDB writes per million pictures',
      value: writeUnits * prices.dynamodbWriteUnit * million,
      unit: 'USD',
    },
  ];
}

async function claim(adapter: ReadingsTable, number: number): Promise<void> {
  const { imageId, announced } = attributesOf(number);
  const nowMs = Date.now();
  const claimed = await adapter.claim(imageId, announced, { owner, nowMs, untilMs: nowMs + claimMs });
  if (claimed.kind !== 'claimed') throw new Error(`The claim of ${imageId} ended as ${claimed.kind}.`);
}

async function record(adapter: ReadingsTable, number: number): Promise<void> {
  const { imageId, final } = attributesOf(number);
  const written = await adapter.record(imageId, owner, final, 1);
  if (written !== 'recorded') throw new Error(`The record of ${imageId} ended as ${written}.`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
