import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import createDynalite from 'dynalite';
import { createReadingsTable, type ReadingsTable } from '../../functions/adapters/readings-table.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import { startCapacityMeter } from './capacity-meter.ts';
import { countIndexWrites } from './index-writes.ts';
import { attributesOf, createGrownTable, readItem, searchByPlate } from './grown-table.ts';
import { readPackagedTemplate } from './packaged-function.ts';
import { priceNote, prices } from './prices.ts';
import type { Measure } from './section.ts';
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

/** Whether a table that has grown is slower or dearer. */
export const measureGrowth: Measure = async ({ quick, progress }) => {
  const sizes = quick ? [100, 1000, 4000] : [1000, 10_000, 100_000];
  const rounds = quick ? 40 : 400;
  const definition = readPackagedTemplate().tables.ReadingsTable;
  const dynalite = await listenOnLoopback(createDynalite({ createTableMs: 0 }), 0);
  const meter = await startCapacityMeter(dynalite.url);
  const config = {
    endpoint: dynalite.url,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  } satisfies DynamoDBClientConfig;
  const client = new DynamoDBClient(config);
  const meteredClient = new DynamoDBClient({ ...config, endpoint: meter.url });

  try {
    const tables: GrownTable[] = [];
    for (const records of sizes) {
      const tableName = `readings-${records}`;
      await createGrownTable(client, definition, tableName, records, (written) => {
        if (written % 1000 === 0) progress(`growth: ${written} of ${records} records written`);
      });
      tables.push({
        tableName,
        records,
        adapter: createReadingsTable(tableName, config),
        meteredAdapter: createReadingsTable(tableName, { ...config, endpoint: meter.url }),
        timesMs: { claim: [], record: [], 'search by plate': [] },
      });
    }

    for (let round = 0; round < rounds; round += 1) {
      if (round % 20 === 0) progress(`growth: round ${round} of ${rounds}`);
      for (const { tableName, records, adapter, timesMs } of tables) {
        const number = records + round;
        timesMs.claim.push(await timed(() => claim(adapter, number)));
        timesMs.record.push(await timed(() => record(adapter, number)));
        timesMs['search by plate'].push(
          await timed(() => searchByPlate(client, tableName, (round * 37) % records)),
        );
      }
    }

    const units: Record<Operation, number>[] = [];
    for (const { tableName, records, meteredAdapter } of tables) {
      const number = records + rounds;
      const { imageId } = attributesOf(number);
      await claim(meteredAdapter, number);
      const claimUnits = meter.takeUnits();
      const claimed = await readItem(client, tableName, imageId);
      await record(meteredAdapter, number);
      const recordUnits = meter.takeUnits();
      const recorded = await readItem(client, tableName, imageId);
      await searchByPlate(meteredClient, tableName, 0);
      units.push({
        // An index holds the whole item, so a write to it takes as many units as the write to the table.
        claim: claimUnits * (1 + countIndexWrites(definition.GlobalSecondaryIndexes, undefined, claimed)),
        record: recordUnits * (1 + countIndexWrites(definition.GlobalSecondaryIndexes, claimed, recorded)),
        'search by plate': meter.takeUnits(),
      });
    }

    const [smallest] = tables;
    const largest = tables.at(-1);
    const [unitsOfSmallest] = units;
    const unitsOfLargest = units.at(-1);
    if (!smallest || !largest || !unitsOfSmallest || !unitsOfLargest)
      throw new TypeError('No table was measured.');
    const growth = `${largest.records} records over ${smallest.records}`;
    const writeUnits = unitsOfLargest.claim + unitsOfLargest.record;
    return {
      title: 'Growth',
      method: `One table each with ${sizes.join(', ')} records, all in one local DynamoDB, ten records a plate. ${rounds} rounds over the tables in turn: the function’s own adapter claims a picture and records it, then a query finds a plate by its index. Medians. Units are what DynamoDB bills: those of the item as the local DynamoDB counts them, those of the indexes by DynamoDB’s rules.`,
      figures: [
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
      ],
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
        'The local DynamoDB keeps all in the memory of one process, so its times tell whether the function asks for more as the table grows, not how fast DynamoDB is.',
        priceNote,
      ],
    };
  } finally {
    client.destroy();
    meteredClient.destroy();
    await meter.stop();
    await dynalite.stop();
  }
};

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
