import {
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Breaker } from '../core/spend/breaker.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** How long one request can take. */
const requestTimeoutMs = 2000;

/** The partition is no day, so that no usage of a day finds it. */
const key = marshall({ day: 'breaker', camera: 'all' });

const stored = z.object({
  refusedFrom: z.optional(z.number()),
  refusedUntil: z.optional(z.number()),
  probeAfter: z.optional(z.number()),
});

export type BreakerStore = ReturnType<typeof createBreakerStore>;

/**
 * The row of refusals that all invocations share, in one item of the usage table. Both methods throw an
 * OutsideError `DYNAMODB_…` where DynamoDB fails.
 */
export function createBreakerStore(tableName: string, config: DynamoDBClientConfig = {}) {
  // One attempt only: a change whose reply was lost would seem to be somebody else's.
  const client = lazily(
    () =>
      new DynamoDBClient({
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return {
    /** Undefined where the endpoint refuses nothing. The answer can lack a change of the last second. */
    async read(): Promise<Breaker | undefined> {
      const { Item: item = {} } = await client()
        .send(new GetItemCommand({ TableName: tableName, Key: key }), {
          abortSignal: AbortSignal.timeout(requestTimeoutMs),
        })
        .catch(fail);
      const { refusedFrom, refusedUntil, probeAfter = 0 } = stored.parse(unmarshall(item));
      if (refusedFrom === undefined || refusedUntil === undefined) return undefined;
      return { refusedFrom, refusedUntil, probeAfter };
    },

    /** Replaces the stored row, unless somebody changed it: then it resolves to false. */
    async replace(before: Breaker | undefined, after: Breaker | undefined): Promise<boolean> {
      const values = marshall({
        ...(before && {
          ':wasFrom': before.refusedFrom,
          ':wasUntil': before.refusedUntil,
          ':wasAfter': before.probeAfter,
        }),
        ...(after && {
          ':from': after.refusedFrom,
          ':until': after.refusedUntil,
          ':after': after.probeAfter,
        }),
      });
      const replacing = new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: after
          ? 'SET refusedFrom = :from, refusedUntil = :until, probeAfter = :after'
          : 'REMOVE refusedFrom, refusedUntil, probeAfter',
        ConditionExpression: before
          ? 'refusedFrom = :wasFrom AND refusedUntil = :wasUntil AND probeAfter = :wasAfter'
          : 'attribute_not_exists(refusedFrom)',
        ExpressionAttributeValues: values,
      });
      try {
        await client().send(replacing, { abortSignal: AbortSignal.timeout(requestTimeoutMs) });
        return true;
      } catch (error) {
        if (error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException')
          return false;
        return fail(error);
      }
    },
  };
}

function fail(error: unknown): never {
  throw fromAwsError('DynamoDB', error);
}
