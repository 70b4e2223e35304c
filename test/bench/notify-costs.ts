import { isDeepStrictEqual } from 'node:util';
import { BatchWriteItemCommand, DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { createCameraPictures } from '../../functions/adapters/camera-pictures.ts';
import { createEventTopic } from '../../functions/adapters/event-topic.ts';
import { createListsTable } from '../../functions/adapters/lists-table.ts';
import { createVisitsTable } from '../../functions/adapters/visits-table.ts';
import { createEventBuilder } from '../../functions/core/event/build-event.ts';
import { parseSiteSettings } from '../../functions/core/visit/site-settings.ts';
import { createFollowCamera } from '../../functions/notify/follow-camera.ts';
import { createFollowSite } from '../../functions/notify/follow-site.ts';
import { createStreamBatch } from '../../functions/notify/stream-batch.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import type { TemplateTable } from '../../infra/local/template/resource-schemas.ts';
import { streamEventOf } from '../fakes/stream-records.ts';
import { startCapacityMeter, type MeteredRequest } from './capacity-meter.ts';
import { countIndexWrites } from './index-writes.ts';
import { readPackagedTemplate } from './packaged-function.ts';

/** What notify asks of AWS for one final record, on average. */
export type NotifyCosts = {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly snsRequests: number;
  readonly events: number;
  /** All requests, those to SNS included. */
  readonly requests: number;
};

const firstCarMs = Date.parse('2026-11-22T08:00:00.000Z');
const minuteMs = 60_000;
/** From a car's first picture to its second. */
const secondPictureMs = 3_000;
const residents = 100;
/** DynamoDB's least for a write, as an index without other attributes has it. */
const smallWrite = 1;
/** One car in so many is no resident. */
const strangerEvery = 20;

const itemSchema = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);
type Item = z.infer<typeof itemSchema>;
const putInput = z.object({ Item: itemSchema });
const dueQuery = z.object({ IndexName: z.literal('byDue') });

/**
 * Plays cars at a gate on a virtual clock: one after another, two pictures each with a plate, a list of residents.
 * Each record comes in an invocation of its own, as while they come one by one. The clock's own question, which
 * sites are due, is left out.
 */
export async function measureNotifyCosts(cars: number, carEveryMs: number): Promise<NotifyCosts> {
  const stack = await startLocalStack({ polling: false, recordRequests: true });
  const count = createCount(readPackagedTemplate().tables.VisitsTable);
  const meter = await startCapacityMeter(stack.dynamodb.directClientConfiguration.endpoint, count.add);
  try {
    await storeResidents(stack);
    let nowMs = firstCarMs;
    const now = () => nowMs;
    let publishedEvents = 0;
    const { visits, events, followSite, followRecords } = startNotify(stack, meter.url, now, (published) => {
      publishedEvents += published;
    });
    let records = 0;
    for (let car = 0; car < cars; car += 1) {
      for (const [picture, atMs] of [0, secondPictureMs].entries()) {
        nowMs = firstCarMs + car * carEveryMs + atMs;
        await followRecords(recordsOf(car, picture, nowMs));
        records += 1;
      }
      // The clock, each minute.
      const nextMs = firstCarMs + (car + 1) * carEveryMs;
      if (Math.floor(nextMs / minuteMs) === Math.floor((nextMs - carEveryMs) / minuteMs)) continue;
      nowMs = nextMs;
      for (const site of (await visits.due(nowMs)).sites) await followSite(site, [], events, nowMs);
    }
    return count.per(records, {
      snsRequests: stack.sqs.requests.filter(({ operation }) => operation === undefined).length,
      events: publishedEvents,
    });
  } finally {
    await meter.stop();
    await stack.stop();
  }
}

/** The parts of the function, on a virtual clock and on a DynamoDB that is metered. */
function startNotify(
  stack: LocalStack,
  meterUrl: string,
  now: () => number,
  onPublished: (events: number) => void,
) {
  const site = parseSiteSettings({ sites: { gate: { gate: 'entry' } } });
  if (site.kind === 'faults') throw new Error(site.faults.join(' '));
  const { settings } = site;
  const config = { ...stack.dynamodb.directClientConfiguration, endpoint: meterUrl };
  const visits = createVisitsTable(stack.visitsTableName, 90, config);
  const lists = createListsTable(stack.listsTableName, now, config);
  const pictures = createCameraPictures(stack.tableName, config);
  const snsTopic = createEventTopic(stack.eventsTopicArn, stack.sqs.clientConfiguration);
  const topic: typeof snsTopic = {
    async publish(published) {
      onPublished(published.length);
      await snsTopic.publish(published);
    },
  };
  const events = createEventBuilder('local', { kind: 'plain' });
  const followSite = createFollowSite({ visits, lists, topic, settings, now });
  const followRecords = createStreamBatch({
    followSite,
    followCamera: createFollowCamera({ visits, pictures, topic, settings, now }),
    topic,
    eventBuilder: () => Promise.resolve(events),
    settings,
    onFailure: ({ code }) => {
      throw new Error(`notify failed with ${code}.`);
    },
    onSkipped: () => undefined,
  });
  return { visits, events, followSite, followRecords };
}

/** One of a resident's plates, or a stranger's. No two are close enough to be taken for one car. */
function plateOf(car: number): string {
  const isStranger = car % strangerEvery === strangerEvery - 1;
  const number = isStranger ? residents + car : car % residents;
  return `${10 + (number % 90)}${isStranger ? '허' : '가'}${1000 + ((number * 1237) % 9000)}`;
}

function recordsOf(car: number, picture: number, capturedAtMs: number) {
  return streamEventOf([
    {
      imageId: `s3://pictures/gate/${car}-${picture}.jpg?versionId=SThVJbcTqMhmizOc4Pr0YmrNkEkh4CZM`,
      plate: plateOf(car),
      camera: 'gate',
      capturedAt: new Date(capturedAtMs).toISOString(),
    },
  ]).Records;
}

async function storeResidents({ dynamodb, listsTableName }: LocalStack): Promise<void> {
  const plates = Array.from({ length: residents }, (_, car) => plateOf(car));
  const items = [
    { list: 'residents', item: 'settings', kind: 'unlisted', strength: 'look-alikes' },
    ...plates.map((plateKey) => ({ list: 'residents', item: `entry#${plateKey}`, plateKey })),
  ];
  const client = new DynamoDBClient(dynamodb.directClientConfiguration);
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [listsTableName]: requests } }));
  }
  client.destroy();
}

/** Adds up what the requests to DynamoDB consume, indexes included. */
function createCount(table: TemplateTable) {
  const stored = new Map<string, Item>();
  const total = { writeUnits: 0, readUnits: 0, requests: 0 };

  return {
    add: ({ operation, input, units }: MeteredRequest): void => {
      if (dueQuery.safeParse(input).success) return;
      total.requests += 1;
      if (operation !== 'PutItem') {
        total.readUnits += units;
        return;
      }
      const { Item: after } = putInput.parse(input);
      const key = JSON.stringify(table.KeySchema.map(({ AttributeName: name }) => after[name]));
      total.writeUnits += units + indexUnits(table, stored.get(key), after, units);
      stored.set(key, after);
    },
    per(records: number, sns: { readonly snsRequests: number; readonly events: number }): NotifyCosts {
      return {
        writeUnits: total.writeUnits / records,
        readUnits: total.readUnits / records,
        snsRequests: sns.snsRequests / records,
        events: sns.events / records,
        requests: (total.requests + sns.snsRequests) / records,
      };
    },
  };
}

/**
 * An index with the whole item is written with each write of it; any other only when its place or an attribute
 * that it has changes. Its entries are smaller than a kilobyte.
 */
function indexUnits(
  { GlobalSecondaryIndexes: indexes = [] }: TemplateTable,
  before: Item | undefined,
  after: Item,
  units: number,
): number {
  return indexes.reduce((sum, index) => {
    const writes = countIndexWrites([index], before, after);
    const { ProjectionType: projection, NonKeyAttributes: names = [] } = index.Projection;
    if (projection === 'ALL') return sum + writes * units;
    const placesBefore = countIndexWrites([index], before, undefined);
    const placesAfter = countIndexWrites([index], undefined, after);
    const staysInPlace = placesBefore + placesAfter > writes;
    const isSame = names.every((name) => isDeepStrictEqual(before?.[name], after[name]));
    return sum + (staysInPlace && isSame ? 0 : writes * smallWrite);
  }, 0);
}
