import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isExpired } from '../../functions/core/record/expiry.ts';
import { parseRecord } from '../../functions/core/record/parse-record.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';

/** The record of an image id; undefined where there is none, or where it has expired. */
export async function readRecord(
  dynamodb: DynamoDBClient,
  tableName: string,
  imageId: string,
): Promise<PictureRecord | undefined> {
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: marshall({ imageId }), ConsistentRead: true }),
  );
  const record = item && parseRecord(unmarshall(item));
  return record && !isExpired(record, Date.now()) ? record : undefined;
}
