import { DynamoDBClient, UpdateItemCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { usageCounters, type UsageIncrement } from '../core/record/usage.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** How long counting can take: less than SQS has at the same time to delay messages. */
const requestTimeoutMs = 2000;

export type UsageTable = ReturnType<typeof createUsageTable>;

/** The usage counters of each camera and day. */
export function createUsageTable(tableName: string, config: DynamoDBClientConfig = {}) {
  // One attempt only: if the reply was lost, a second addition would count twice without a trace. Without it
  // a counter can be too low, which is reported.
  const client = lazily(
    () =>
      new DynamoDBClient({
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return {
    /**
     * Waits for all additions; throws an OutsideError `DYNAMODB_…` where DynamoDB did not confirm one of
     * them.
     */
    async add(increments: readonly UsageIncrement[]): Promise<void> {
      const additions = await Promise.allSettled(increments.map(addOne));
      const failed = additions.find((addition) => addition.status === 'rejected');
      if (failed) throw fromAwsError('DynamoDB', failed.reason);
    },
  };

  async function addOne({ day, camera, counts }: UsageIncrement): Promise<void> {
    await client().send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ day, camera }),
        UpdateExpression: `ADD ${usageCounters.map((name) => `#${name} :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(usageCounters.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: marshall(
          Object.fromEntries(usageCounters.map((name) => [`:${name}`, counts[name]])),
        ),
      }),
      { abortSignal: AbortSignal.timeout(requestTimeoutMs) },
    );
  }
}
