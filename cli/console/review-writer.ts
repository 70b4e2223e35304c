import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { parseRecord } from '../../functions/core/record/parse-record.ts';
import type { PictureRecord, Review } from '../../functions/core/record/record.ts';
import { attributesAfterReview, plateAttributeNames } from '../../functions/core/record/review.ts';
import { readRecord } from '../aws/stored-record.ts';
import { CommandError } from '../terminal/command-error.ts';

/**
 * Writes a review beside the read of a record, and what follows from it, or removes the review; returns the
 * record after that. Throws a CommandError `REVIEWED_MEANWHILE` where the record is no longer the one that the
 * person saw: another read, or another review.
 */
export async function writeReview(
  dynamodb: DynamoDBClient,
  tableName: string,
  seen: PictureRecord,
  review: Review | undefined,
): Promise<PictureRecord> {
  const attributes = { ...attributesAfterReview(seen, review), ...(review && { review }) };
  const names = [...plateAttributeNames, 'review'] as const;
  const set = names.filter((name) => attributes[name] !== undefined);
  const remove = names.filter((name) => attributes[name] === undefined);
  const listOf = (of: readonly string[], write: (name: string) => string) => of.map(write).join(', ');
  try {
    const { Attributes: item = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ imageId: seen.imageId }),
        UpdateExpression: [
          ...(set.length > 0 ? [`SET ${listOf(set, (name) => `#${name} = :${name}`)}`] : []),
          ...(remove.length > 0 ? [`REMOVE ${listOf(remove, (name) => `#${name}`)}`] : []),
        ].join(' '),
        ConditionExpression: [
          '#status = :status AND readAt = :readAt',
          seen.review === undefined ? 'attribute_not_exists(#review)' : '#review.#at = :seenAt',
        ].join(' AND '),
        ExpressionAttributeNames: {
          '#status': 'status',
          ...(seen.review && { '#at': 'at' }),
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: marshall({
          ':status': seen.status,
          ':readAt': seen.readAt,
          ...(seen.review && { ':seenAt': seen.review.at }),
          ...Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])),
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return parseRecord(unmarshall(item));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // An answer can be lost after the write, and the SDK then writes again.
    const stored = await readRecord(dynamodb, tableName, seen.imageId);
    if (stored && stored.readAt === seen.readAt && isDeepStrictEqual(stored.review, review)) return stored;
    throw reviewedMeanwhile(error);
  }
}

/** The page shows the record as it is now, and the person decides again. */
export function reviewedMeanwhile(cause?: unknown): CommandError {
  return new CommandError('REVIEWED_MEANWHILE', 'Somebody else has decided about this picture meanwhile.', {
    cause,
  });
}
