import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { queryNewestFirst } from './index-records.ts';
import { parseReading, type Reading } from './reading.ts';
import type { TimeSpan } from '../options/time-span.ts';

/** Which records: those that were captured in the span, of these cameras or, where none is named, of all. */
export type RecordSelection = {
  readonly cameras: readonly string[];
  readonly span: TimeSpan;
};

/**
 * The records one by one, a page (1 MB at most) in memory. With cameras: one camera after the other, each newest first. Without: the whole
 * table is read, in no order.
 */
export async function* selectRecords(
  dynamodb: DynamoDBClient,
  tableName: string,
  { cameras, span }: RecordSelection,
): AsyncGenerator<Reading, void, undefined> {
  if (cameras.length === 0) yield* scanRecords(dynamodb, tableName, span);
  for (const camera of new Set(cameras)) {
    yield* queryNewestFirst(dynamodb, tableName, { index: 'byCamera', value: camera, span });
  }
}

async function* scanRecords(
  dynamodb: DynamoDBClient,
  tableName: string,
  { since, until }: TimeSpan,
): AsyncGenerator<Reading, void, undefined> {
  const conditions = [
    ...(since === undefined ? [] : ['capturedAt >= :since']),
    ...(until === undefined ? [] : ['capturedAt <= :until']),
  ];
  const filter = conditions.length > 0 && {
    FilterExpression: conditions.join(' AND '),
    ExpressionAttributeValues: marshall(
      { ':since': since, ':until': until },
      { removeUndefinedValues: true },
    ),
  };
  const pages = paginateScan({ client: dynamodb }, { TableName: tableName, ...filter });
  for await (const { Items: items = [] } of pages) yield* items.map(parseReading);
}
