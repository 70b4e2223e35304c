import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { parseRecord } from '../../functions/core/record/parse-record.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';

/**
 * The records of a camera's pictures that wait for their next attempt, the earliest attempt first, and at most
 * `most` of them. A picture that is being read at this moment is not among them.
 */
export async function readWaitingPictures(
  dynamodb: DynamoDBClient,
  readingsTable: string,
  { camera, most }: { readonly camera: string; readonly most: number },
): Promise<PictureRecord[]> {
  const { Items: items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: readingsTable,
      IndexName: 'byNextTry',
      KeyConditionExpression: 'camera = :camera',
      ExpressionAttributeValues: marshall({ ':camera': camera }),
      Limit: most,
    }),
  );
  return items.map((item) => parseRecord(unmarshall(item)));
}
