import {
  DynamoDBClient,
  DynamoDBServiceException,
  UpdateItemCommand,
  type DynamoDBClientConfig,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mostCamerasADay, otherCameras, type UsageIncrement } from '../core/record/usage.ts';
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

  /** Counts for the camera, or for `otherCameras` where the day has no place left for a new one. */
  async function addOne({ day, camera, counts, hours }: UsageIncrement): Promise<void> {
    const abortSignal = AbortSignal.timeout(requestTimeoutMs);
    const numbers = { ...counts, ...hours };
    if (await addTo({ day, camera }, numbers, 'attribute_exists(#pictures)', abortSignal)) return;
    const isPlaceLeft = await takePlace(day, abortSignal);
    await addTo({ day, camera: isPlaceLeft ? camera : otherCameras }, numbers, undefined, abortSignal);
  }

  /** False where the condition failed. */
  async function addTo(
    key: { readonly day: string; readonly camera: string },
    numbers: Readonly<Record<string, number>>,
    condition: string | undefined,
    abortSignal: AbortSignal,
  ): Promise<boolean> {
    const names = Object.keys(numbers);
    return await isUpdated(
      {
        Key: marshall(key),
        UpdateExpression: `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: marshall(
          Object.fromEntries(names.map((name) => [`:${name}`, numbers[name]])),
        ),
      },
      abortSignal,
    );
  }

  /** Whether a day may have one more camera. Two invocations with the same new camera take two places. */
  async function takePlace(day: string, abortSignal: AbortSignal): Promise<boolean> {
    return await isUpdated(
      {
        Key: marshall({ day: `${day} cameras`, camera: 'places' }),
        UpdateExpression: 'ADD #taken :one',
        ConditionExpression: 'attribute_not_exists(#taken) OR #taken < :most',
        ExpressionAttributeNames: { '#taken': 'taken' },
        ExpressionAttributeValues: marshall({ ':one': 1, ':most': mostCamerasADay }),
      },
      abortSignal,
    );
  }

  async function isUpdated(
    input: Omit<UpdateItemCommandInput, 'TableName'>,
    abortSignal: AbortSignal,
  ): Promise<boolean> {
    try {
      await client().send(new UpdateItemCommand({ TableName: tableName, ...input }), { abortSignal });
      return true;
    } catch (error) {
      if (error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException')
        return false;
      throw error;
    }
  }
}
