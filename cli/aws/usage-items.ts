import { paginateQuery, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { cameraNameOf } from '../../functions/core/capture/camera-name.ts';
import { hourCounterOf, hourCounters, type UsageIncrement } from '../../functions/core/record/usage.ts';
import { CommandError } from '../terminal/command-error.ts';

/** DynamoDB has no attribute for a counter that is still 0. */
const counter = z.number().default(0);

const counters = {
  pictures: counter,
  reads: counter,
  noPlates: counter,
  unreadable: counter,
  rejected: counter,
  gone: counter,
  unavailable: counter,
  calls: counter,
  capturedAtFaults: counter,
  keysNotMatched: counter,
};

const usageItem = z.looseObject({
  day: z.string(),
  camera: z.string().transform(cameraNameOf),
  ...counters,
});

const hourNames = hourCounters.flatMap((name) =>
  Array.from({ length: 24 }, (_, hour) => hourCounterOf(name, hour)),
);

const queriesAtOnce = 10;

const dayMs = 24 * 60 * 60 * 1000;

/** Days of Korea's calendar, `yyyy-MM-dd`, first and last included. */
export type DaySpan = { readonly firstDay: string; readonly lastDay: string };

/** Every day of a span, the earliest first. */
export function daysOf({ firstDay, lastDay }: DaySpan): string[] {
  const firstMs = Date.parse(firstDay);
  const count = (Date.parse(lastDay) - firstMs) / dayMs + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date(firstMs + index * dayMs).toISOString().slice(0, 10),
  );
}

/** What the pipeline counted in a span of days, for every camera. Each day is a query. */
export async function readUsage(
  dynamodb: DynamoDBClient,
  tableName: string,
  span: DaySpan,
): Promise<UsageIncrement[]> {
  const limit = pLimit(queriesAtOnce);
  const items = await Promise.all(daysOf(span).map((day) => limit(() => readDay(dynamodb, tableName, day))));
  return items.flat();
}

async function readDay(dynamodb: DynamoDBClient, tableName: string, day: string): Promise<UsageIncrement[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: tableName,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: marshall({ ':day': day }),
      ConsistentRead: true,
    },
  );
  const items: UsageIncrement[] = [];
  for await (const { Items: page = [] } of pages) {
    for (const item of page) {
      items.push(incrementOf(parseUsageItem(tableName, unmarshall(item))));
    }
  }
  return items;
}

/** Attributes that this version does not know are left out. */
function incrementOf(item: z.infer<typeof usageItem>): UsageIncrement {
  const hours = hourNames.flatMap((name) => {
    const count = item[name];
    return typeof count === 'number' ? [[name, count] as const] : [];
  });
  return {
    day: item.day,
    camera: item.camera,
    counts: z.object(counters).parse(item),
    ...(hours.length > 0 && { hours: Object.fromEntries(hours) }),
  };
}

function parseUsageItem(tableName: string, item: unknown): z.infer<typeof usageItem> {
  const parsed = usageItem.safeParse(item);
  if (parsed.success) return parsed.data;
  const attributes = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new CommandError(
    'NO_COUNTER_OF_OURS',
    `The table ${tableName} has an item that is not a usage counter of Plateline (wrong or missing: ${attributes}).`,
    { cause: parsed.error },
  );
}
