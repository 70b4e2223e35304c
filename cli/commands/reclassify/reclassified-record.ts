import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeChange } from './reclassification.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';

/** Writes what changes in a record with a read; `overtaken` if it is gone or has another read by now. */
export async function writeChanges(
  dynamodb: DynamoDBClient,
  tableName: string,
  { imageId, plate }: PictureRecord,
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
        ConditionExpression: '#status = :status AND #plate = :plate',
        ExpressionAttributeNames: {
          '#status': 'status',
          '#plate': 'plate',
          ...Object.fromEntries(changes.map(({ attribute }) => [`#${attribute}`, attribute])),
        },
        ExpressionAttributeValues: marshall({
          ':status': 'READ',
          ':plate': plate,
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
