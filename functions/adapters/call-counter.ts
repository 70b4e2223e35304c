import {
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { CallCaps, CallCounts, CallPeriod } from '../core/spend/call-cap.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** How long one change of the counter can take. The time is part of a call's own. */
const requestTimeoutMs = 2000;

export type CallCounter = ReturnType<typeof createCallCounter>;

const counts = z.record(z.string(), z.unknown());

/**
 * Counts the calls of each day and month before they are made, in one item of the usage table for each month.
 * Both methods throw an OutsideError `DYNAMODB_…` where DynamoDB fails.
 */
export function createCallCounter(tableName: string, config: DynamoDBClientConfig = {}) {
  // One attempt only: a call that is given back twice would allow one call too many.
  const client = lazily(
    () =>
      new DynamoDBClient({
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return {
    /**
     * Counts one call, if neither its day nor its month has reached its cap. Otherwise it counts nothing, and
     * resolves to the counts.
     */
    async reserve(period: CallPeriod, caps: CallCaps): Promise<CallCounts | undefined> {
      const abortSignal = AbortSignal.timeout(requestTimeoutMs);
      try {
        await add(period, 1, abortSignal, caps);
        return undefined;
      } catch (error) {
        if (!isConditionFailure(error)) throw fromAwsError('DynamoDB', error);
        return await read(period, abortSignal);
      }
    },

    /** Counts one call less: it was counted, but no connection took it. */
    async giveBack(period: CallPeriod): Promise<void> {
      try {
        await add(period, -1, AbortSignal.timeout(requestTimeoutMs));
      } catch (error) {
        throw fromAwsError('DynamoDB', error);
      }
    },
  };

  async function add(
    period: CallPeriod,
    calls: number,
    abortSignal: AbortSignal,
    caps?: CallCaps,
  ): Promise<void> {
    const condition =
      '(attribute_not_exists(#month) OR #month < :perMonth) AND (attribute_not_exists(#day) OR #day < :perDay)';
    await client().send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(period),
        UpdateExpression: 'ADD #month :calls, #day :calls',
        ...(caps && { ConditionExpression: condition }),
        ExpressionAttributeNames: { '#month': 'month', '#day': dayAttribute(period) },
        ExpressionAttributeValues: marshall({
          ':calls': calls,
          ...(caps && { ':perMonth': caps.perMonth, ':perDay': caps.perDay }),
        }),
      }),
      { abortSignal },
    );
  }

  async function read(period: CallPeriod, abortSignal: AbortSignal): Promise<CallCounts> {
    const { Item: item = {} } = await client()
      .send(new GetItemCommand({ TableName: tableName, Key: keyOf(period), ConsistentRead: true }), {
        abortSignal,
      })
      .catch((error: unknown) => {
        throw fromAwsError('DynamoDB', error);
      });
    const stored = counts.parse(unmarshall(item));
    return { ofDay: Number(stored[dayAttribute(period)] ?? 0), ofMonth: Number(stored['month'] ?? 0) };
  }
}

/** The partition is no day, so that no usage of a day finds it. */
function keyOf({ month }: CallPeriod) {
  return marshall({ day: `${month} calls`, camera: 'all' });
}

/** Such as `day28`. */
function dayAttribute({ day }: CallPeriod): string {
  return `day${day.slice('YYYY-MM-'.length)}`;
}

function isConditionFailure(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException';
}
