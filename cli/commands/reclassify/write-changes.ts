import { setTimeout as delay } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { createTokenBucket } from '../../aws/token-bucket.ts';
import type { AttributeChange } from './reclassification.ts';

const maxWritesAtOnce = 10;

/**
 * Writes the changes of a record; `overtaken` if the record has meanwhile been deleted, or has another read or
 * another review.
 */
export async function writeChanges(
  dynamodb: DynamoDBClient,
  tableName: string,
  { imageId, status, plate, review }: PictureRecord,
  changes: readonly AttributeChange[],
): Promise<'written' | 'overtaken'> {
  const set = changes.filter(({ after }) => after !== undefined);
  const remove = changes.filter(({ after }) => after === undefined);
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ imageId }),
        UpdateExpression: [
          ...(set.length > 0
            ? [`SET ${set.map(({ attribute }) => `#${attribute} = :${attribute}`).join(', ')}`]
            : []),
          ...(remove.length > 0
            ? [`REMOVE ${remove.map(({ attribute }) => `#${attribute}`).join(', ')}`]
            : []),
        ].join(' '),
        ConditionExpression: [
          '#status = :status',
          plate === undefined ? 'attribute_not_exists(#plate)' : '#plate = :plate',
          review === undefined ? 'attribute_not_exists(#review)' : '#review.#at = :reviewedAt',
        ].join(' AND '),
        ExpressionAttributeNames: {
          '#status': 'status',
          '#plate': 'plate',
          '#review': 'review',
          ...(review && { '#at': 'at' }),
          ...Object.fromEntries(changes.map(({ attribute }) => [`#${attribute}`, attribute])),
        },
        ExpressionAttributeValues: marshall({
          ':status': status,
          ...(plate !== undefined && { ':plate': plate }),
          ...(review && { ':reviewedAt': review.at }),
          ...Object.fromEntries(set.map(({ attribute, after }) => [`:${attribute}`, after])),
        }),
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'overtaken';
    throw error;
  }
}

/** Writes changes in small batches, at most `rate` records per second. */
export function createChangeWriter(dynamodb: DynamoDBClient, tableName: string, rate: number) {
  const tokens = createTokenBucket({ perSecond: rate, now: () => performance.now(), sleep: delay });
  const batchSize = Math.min(maxWritesAtOnce, rate);
  let batch: (readonly [PictureRecord, readonly AttributeChange[]])[] = [];
  let overtaken = 0;
  const flush = async () => {
    await tokens.take(batch.length);
    const results = await Promise.all(
      batch.map(([record, changes]) => writeChanges(dynamodb, tableName, record, changes)),
    );
    overtaken += results.filter((result) => result === 'overtaken').length;
    batch = [];
  };
  return {
    async add(record: PictureRecord, changes: readonly AttributeChange[]): Promise<void> {
      batch.push([record, changes]);
      if (batch.length === batchSize) await flush();
    },
    flush,
    /** How many records were not written, because they had changed since they were read. */
    overtaken: () => overtaken,
  };
}
