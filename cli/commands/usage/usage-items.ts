import { paginateQuery, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { CommandError } from '../../command-error.ts';
import type { UsageItem } from './usage-summary.ts';

/** A counter that was never added to is absent. */
const counter = z.number().default(0);

const usageItem = z.object({
  day: z.string(),
  camera: z.string(),
  pictures: counter,
  reads: counter,
  noPlates: counter,
  unreadable: counter,
  rejected: counter,
  gone: counter,
  calls: counter,
});

const queriesAtOnce = 10;

/** What the pipeline has counted on these days, of every camera. */
export async function readUsage(
  dynamodb: DynamoDBClient,
  tableName: string,
  days: readonly string[],
): Promise<UsageItem[]> {
  const limit = pLimit(queriesAtOnce);
  const items = await Promise.all(days.map((day) => limit(() => readDay(dynamodb, tableName, day))));
  return items.flat();
}

async function readDay(dynamodb: DynamoDBClient, tableName: string, day: string): Promise<UsageItem[]> {
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
  const items: UsageItem[] = [];
  for await (const { Items: page = [] } of pages) {
    for (const item of page) {
      const { camera, day: countedOn, ...counts } = parseUsageItem(tableName, unmarshall(item));
      items.push({ day: countedOn, camera, counts });
    }
  }
  return items;
}

function parseUsageItem(tableName: string, item: unknown): z.infer<typeof usageItem> {
  const parsed = usageItem.safeParse(item);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new CommandError(
    'NO_COUNTER_OF_OURS',
    `The table ${tableName} has an item that is no counter of Plateline's (wrong or missing: ${places}).`,
    { cause: parsed.error },
  );
}
