import { paginateQuery, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PlateIndex } from '../commands/find/plate-lookup.ts';
import { parseReading, type Reading } from './reading.ts';
import type { TimeSpan } from '../options/time-span.ts';

/** The attribute by which each index is asked. */
const attributes = {
  byPlate: 'plateKey',
  byLastFour: 'lastFour',
  byCamera: 'camera',
} as const satisfies Record<PlateIndex, string>;

const firstMoment = '0000-01-01T00:00:00.000Z';
const lastMoment = '9999-12-31T23:59:59.999Z';

/**
 * The records that an index has under a value, newest first and one by one, a page (1 MB, and `pageSize` records, at most) in memory. With
 * `after` they begin behind the place of that record, whether it still is there or not.
 */
export async function* queryNewestFirst(
  dynamodb: DynamoDBClient,
  tableName: string,
  request: {
    readonly index: PlateIndex;
    readonly value: string;
    readonly span: TimeSpan;
    readonly pageSize?: number;
    readonly after?: Pick<Reading, 'imageId' | 'capturedAt'> | undefined;
  },
): AsyncGenerator<Reading, void, undefined> {
  const { index, value, span, pageSize, after } = request;
  const attribute = attributes[index];
  const { since = firstMoment, until = lastMoment } = span;
  // DynamoDB takes no place outside of the span, and a span that is counted back from now moves while people turn pages.
  if (after && after.capturedAt < since) return;
  const isInSpan = after && after.capturedAt <= until;
  const pages = paginateQuery(
    {
      client: dynamodb,
      ...(pageSize !== undefined && { pageSize }),
      ...(isInSpan && {
        startingToken: marshall({
          imageId: after.imageId,
          capturedAt: after.capturedAt,
          [attribute]: value,
        }),
      }),
    },
    {
      TableName: tableName,
      IndexName: index,
      KeyConditionExpression: `${attribute} = :value AND capturedAt BETWEEN :since AND :until`,
      ExpressionAttributeValues: marshall({
        ':value': value,
        ':since': since,
        ':until': until,
      }),
      ScanIndexForward: false,
    },
  );
  for await (const { Items: items = [] } of pages) yield* items.map(parseReading);
}
