import {
  paginateQuery,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { unicodeFormsOf } from '../core/capture/camera-name.ts';
import { isExpired } from '../core/record/expiry.ts';
import { parseRecord } from '../core/record/parse-record.ts';
import type { PictureRecord } from '../core/record/record.ts';
import type { IndexQuery, RecordSource } from '../core/search/find-records.ts';
import { mergeNewestFirst } from '../core/search/merge-newest-first.ts';
import type { RecordIndex } from '../core/search/plate-lookup.ts';
import type { TimeSpan } from '../core/search/time-span.ts';

/** The partition key of each index. */
const partitionKeys = {
  byPlate: 'plateKey',
  byLastFour: 'lastFour',
  byCamera: 'camera',
  byReview: 'reviewState',
} as const satisfies Record<RecordIndex, string>;

const firstMoment = '0000-01-01T00:00:00.000Z';
const lastMoment = '9999-12-31T23:59:59.999Z';

/**
 * Reads the records of the table one by one, with one page (1 MB at most) in memory. Errors of the client
 * pass through; an item that is no record throws an OutsideError `NOT_A_RECORD`. Expired records are left out:
 * DynamoDB may delete them days later.
 */
export function createRecordSearch(dynamodb: DynamoDBClient, tableName: string, now: () => number) {
  function* recordsIn(items: readonly Record<string, AttributeValue>[]): Generator<PictureRecord, void> {
    for (const item of items) {
      const record = parseRecord(unmarshall(item));
      if (!isExpired(record, now())) yield record;
    }
  }

  async function* recordsOn(
    pages: AsyncIterable<readonly Record<string, AttributeValue>[]>,
  ): AsyncGenerator<PictureRecord, void> {
    for await (const items of pages) yield* recordsIn(items);
  }

  return {
    /**
     * The records under a value of an index, newest first; of a camera those under both Unicode forms of its
     * name, since earlier versions stored it as the uploader wrote it. `after` need not exist any more.
     */
    query(query: IndexQuery): AsyncIterable<PictureRecord> {
      const values = query.index === 'byCamera' ? unicodeFormsOf(query.value) : [query.value];
      return mergeNewestFirst(
        values.map((value) => recordsOn(pagesOf(dynamodb, tableName, { ...query, value }))),
      );
    },

    /** The records captured in a span, in no order. Reads the whole table. */
    async *scan({ since, until }: TimeSpan): AsyncGenerator<PictureRecord, void> {
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
      for await (const { Items: items = [] } of paginateScan(
        { client: dynamodb },
        { TableName: tableName, ...filter },
      )) {
        yield* recordsIn(items);
      }
    },

    /**
     * The records captured in a span: of each camera in turn, newest first, or of all where none is named, in
     * no order.
     */
    async *select(cameras: readonly string[], span: TimeSpan): AsyncGenerator<PictureRecord, void> {
      if (cameras.length === 0) yield* this.scan(span);
      for (const camera of new Set(cameras)) yield* this.query({ index: 'byCamera', value: camera, span });
    },
  } satisfies RecordSource & Record<string, unknown>;
}

/** The pages of an index query, of exactly this value. */
async function* pagesOf(
  dynamodb: DynamoDBClient,
  tableName: string,
  { index, value, span, pageSize, after }: IndexQuery,
): AsyncGenerator<readonly Record<string, AttributeValue>[], void> {
  const partitionKey = partitionKeys[index];
  const { since = firstMoment, until = lastMoment } = span;
  // DynamoDB accepts no start outside the span, and a span that is relative to now moves between two pages.
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
          [partitionKey]: value,
        }),
      }),
    },
    {
      TableName: tableName,
      IndexName: index,
      KeyConditionExpression: `${partitionKey} = :value AND capturedAt BETWEEN :since AND :until`,
      ExpressionAttributeValues: marshall({ ':value': value, ':since': since, ':until': until }),
      ScanIndexForward: false,
    },
  );
  for await (const { Items: items = [] } of pages) yield items;
}
