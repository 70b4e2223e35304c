import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { comparePositions, positionOf, type Found, type SearchPosition } from './found-order.ts';
import { queryNewestFirst } from '../../aws/index-records.ts';
import type { PlateLookup } from './plate-lookup.ts';
import type { Reading } from '../../aws/reading.ts';
import { selectRecords } from '../../aws/selected-records.ts';
import type { TimeSpan } from '../../options/time-span.ts';

/** What is looked for, and where. */
export type Search = {
  readonly lookup: Exclude<PlateLookup, { kind: 'none' }>;
  /** Undefined for a plate that is no answer. */
  readonly distanceTo: (plateKey: string) => number | undefined;
  readonly nearestFirst: boolean;
  /** All where none is named. */
  readonly cameras: readonly string[];
  readonly span: TimeSpan;
  /** Only what comes behind it. */
  readonly after?: SearchPosition | undefined;
};

/** For a search whose first records are its first answers: there is no use in reading many more. */
const pageSize = 100;

/**
 * The first `count` answers in the order of `comparePlaces`. An index that gives them in this order is read no further than needed; else all
 * that the lookup covers is read, and no more than `count` answers are kept. `onRead` is told how many records have been read so far.
 */
export async function findReadings(
  dynamodb: DynamoDBClient,
  tableName: string,
  search: Search,
  count: number,
  onRead: (records: number) => void,
): Promise<Found[]> {
  const { lookup, span, after } = search;
  const found: Found[] = [];
  let records = 0;

  if (lookup.kind === 'index' && lookup.values.length === 1 && !search.nearestFirst) {
    const [value = ''] = lookup.values;
    const request = { index: lookup.index, value, span, after, pageSize };
    for await (const reading of queryNewestFirst(dynamodb, tableName, request)) {
      onRead(++records);
      const answer = answerOf(search, reading);
      if (answer) found.push(answer);
      if (found.length === count) break;
    }
    return found;
  }

  for await (const reading of allOf(dynamodb, tableName, lookup, span)) {
    onRead(++records);
    const answer = answerOf(search, reading);
    if (!answer || (after && comparePositions(positionOf(answer), after) <= 0)) continue;
    const behind = found.findIndex((other) => comparePositions(positionOf(answer), positionOf(other)) < 0);
    found.splice(behind === -1 ? found.length : behind, 0, answer);
    if (found.length > count) found.pop();
  }
  return found;
}

function answerOf({ distanceTo, cameras }: Search, reading: Reading): Found | undefined {
  if (cameras.length > 0 && !cameras.includes(reading.camera ?? '')) return undefined;
  const distance = reading.plateKey === undefined ? undefined : distanceTo(reading.plateKey);
  return distance === undefined ? undefined : { distance, reading };
}

async function* allOf(
  dynamodb: DynamoDBClient,
  tableName: string,
  lookup: Search['lookup'],
  span: TimeSpan,
): AsyncGenerator<Reading, void, undefined> {
  if (lookup.kind === 'scan') {
    yield* selectRecords(dynamodb, tableName, { cameras: [], span });
    return;
  }
  for (const value of lookup.values) {
    yield* queryNewestFirst(dynamodb, tableName, { index: lookup.index, value, span });
  }
}
