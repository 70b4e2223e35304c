import { setTimeout as delay } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../functions/core/record/record.ts';

const storedStatus = z.pick(pictureRecord, { imageId: true, status: true, reason: true });

/** The status of a picture, `PENDING` or final, with the reason why it is not (yet) read. */
export type StoredStatus = Pick<PictureRecord, 'status' | 'reason'>;

/** DynamoDB's limit for one BatchGetItem. */
export const maxImageIds = 100;

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Returns the statuses by image id; pictures without a record are left out. */
export async function readStatuses(
  dynamodb: DynamoDBClient,
  tableName: string,
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, StoredStatus>> {
  const found = new Map<string, StoredStatus>();
  const wanted = [...new Set(imageIds)];
  for (let start = 0; start < wanted.length; start += maxImageIds) {
    const some = wanted.slice(start, start + maxImageIds);
    for (const [imageId, status] of await readSome(dynamodb, tableName, some)) found.set(imageId, status);
  }
  return found;
}

/** `imageIds` are at most `maxImageIds`, without duplicates. */
async function readSome(
  dynamodb: DynamoDBClient,
  tableName: string,
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, StoredStatus>> {
  const found = new Map<string, StoredStatus>();
  let keys = imageIds.map((imageId) => marshall({ imageId }));
  for (let pauseMs = firstPauseMs; keys.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const { Responses: tables = {}, UnprocessedKeys: left = {} } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [tableName]: {
            Keys: keys,
            ConsistentRead: true,
            ProjectionExpression: 'imageId, #status, reason',
            ExpressionAttributeNames: { '#status': 'status' },
          },
        },
      }),
    );
    for (const item of tables[tableName] ?? []) {
      const { imageId, ...status } = storedStatus.parse(unmarshall(item));
      found.set(imageId, status);
    }
    keys = left[tableName]?.Keys ?? [];
    if (keys.length > 0) await delay(pauseMs);
  }
  return found;
}
