import { DynamoDBClient, QueryCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type CameraPictures = ReturnType<typeof createCameraPictures>;

/** A camera's clock can be set back: then its last picture is not the one with the latest capture. */
const newestRecords = 25;
const requestTimeoutMs = 5000;

const uploaded = z.object({ uploadedAt: z.string() });

/** What the table of readings knows of cameras; of a record it asks for nothing but the time of its upload. */
export function createCameraPictures(tableName: string, config: DynamoDBClientConfig = {}) {
  const client = lazily(() => new DynamoDBClient(config));

  return {
    /**
     * The latest upload of a camera whose picture is read or waits, in ISO 8601; undefined where there is
     * none. Throws an OutsideError `DYNAMODB_…` where DynamoDB fails.
     */
    async newestUploadAt(camera: string): Promise<string | undefined> {
      const request = new QueryCommand({
        TableName: tableName,
        IndexName: 'byCamera',
        KeyConditionExpression: 'camera = :camera',
        ExpressionAttributeValues: marshall({ ':camera': camera }),
        ProjectionExpression: 'uploadedAt',
        ScanIndexForward: false,
        Limit: newestRecords,
      });
      const { Items: items = [] } = await client()
        .send(request, { abortSignal: AbortSignal.timeout(requestTimeoutMs) })
        .catch((error: unknown) => {
          throw fromAwsError('DynamoDB', error);
        });
      return items
        .map((item) => uploaded.parse(unmarshall(item)).uploadedAt)
        .toSorted()
        .at(-1);
    },
  };
}
