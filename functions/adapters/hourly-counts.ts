import { DynamoDBClient, QueryCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { HourCounts } from '../core/camera-health/hours.ts';
import { hourCounterOf } from '../core/record/usage.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type HourlyCounts = ReturnType<typeof createHourlyCounts>;

const requestTimeoutMs = 5000;
const usageItem = z.catchall(z.object({ camera: z.string() }), z.unknown());
const count = z.catch(z.number(), 0);

/** What read-plate counts of each camera by hour, in the usage table. */
export function createHourlyCounts(tableName: string, config: DynamoDBClientConfig = {}) {
  const client = lazily(() => new DynamoDBClient(config));

  return {
    /**
     * Of each camera the counts of the 24 hours of a day in Korea, `yyyy-MM-dd`. Throws an OutsideError
     * `DYNAMODB_…` where DynamoDB fails.
     */
    async ofDay(day: string): Promise<ReadonlyMap<string, readonly HourCounts[]>> {
      const found = new Map<string, readonly HourCounts[]>();
      let start: Awaited<ReturnType<typeof pageOf>>['LastEvaluatedKey'];
      do {
        const page = await pageOf(day, start);
        for (const item of page.Items ?? []) {
          const counters = usageItem.parse(unmarshall(item));
          found.set(
            counters.camera,
            Array.from({ length: 24 }, (_, hour) => countsOf(counters, hour)),
          );
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
  };

  async function pageOf(day: string, after: object | undefined) {
    const request = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: marshall({ ':day': day }),
      ...(after && { ExclusiveStartKey: { ...after } }),
    });
    return await client()
      .send(request, { abortSignal: AbortSignal.timeout(requestTimeoutMs) })
      .catch((error: unknown) => {
        throw fromAwsError('DynamoDB', error);
      });
  }
}

function countsOf(counters: Readonly<Record<string, unknown>>, hour: number): HourCounts {
  return {
    reads: count.parse(counters[hourCounterOf('reads', hour)]),
    noPlates: count.parse(counters[hourCounterOf('noPlates', hour)]),
    unreadable: count.parse(counters[hourCounterOf('unreadable', hour)]),
  };
}
