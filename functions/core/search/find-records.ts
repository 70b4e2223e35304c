import type { PictureRecord } from '../record/record.ts';
import { mergeNewestFirst } from './merge-newest-first.ts';
import type { PlateLookup, RecordIndex } from './plate-lookup.ts';
import { comparePositions, positionOf, type FoundRecord, type SearchPosition } from './search-position.ts';
import type { TimeSpan } from './time-span.ts';

/** What a search looks for, and where. */
export type Search = {
  readonly lookup: Exclude<PlateLookup, { kind: 'none' }>;
  /** Undefined for a plate that does not match. */
  readonly distanceTo: (plateKey: string, lastFour?: string) => number | undefined;
  readonly nearestFirst: boolean;
  /** Every camera where none is named. */
  readonly cameras: readonly string[];
  readonly span: TimeSpan;
  /** Only records behind this position. */
  readonly after?: SearchPosition | undefined;
};

/** Asks an index for the records under one value. */
export type IndexQuery = {
  readonly index: RecordIndex;
  readonly value: string;
  readonly span: TimeSpan;
  /** Records that one request reads; as many as fit where it is absent. */
  readonly pageSize?: number;
  /** Only records behind this one. */
  readonly after?: Pick<PictureRecord, 'imageId' | 'capturedAt'> | undefined;
};

/** Where a search reads records from. */
export type RecordSource = {
  /** Newest first. */
  readonly query: (query: IndexQuery) => AsyncIterable<PictureRecord>;
  /** The whole table, in no order. */
  readonly scan: (span: TimeSpan) => AsyncIterable<PictureRecord>;
};

/** Look-alikes can be 37 queries of whole indexes; the answers to so many are in memory at once. */
const queriesAtOnce = 10;

/** A search whose first records are its first matches has no use for many more. */
const pageSize = 100;

/**
 * The first `count` matches in the order of `comparePositions`. If an index has them in this order, no more
 * of it is read than needed; otherwise everything that the lookup covers is read, and at most `count` matches
 * are kept. `onRead` gets the number of records read.
 */
export async function findRecords(
  source: RecordSource,
  search: Search,
  count: number,
  onRead: (records: number) => void,
): Promise<FoundRecord[]> {
  const { lookup, span, after } = search;
  const found: FoundRecord[] = [];
  let records = 0;

  const [only, ...others] = lookup.kind === 'index' ? lookup.queries : [];
  if (only && others.length === 0 && !search.nearestFirst) {
    for await (const record of source.query({ ...only, span, after, pageSize })) {
      onRead(++records);
      const match = matchOf(search, record);
      if (match) found.push(match);
      if (found.length === count) break;
    }
    return found;
  }

  const take = (record: PictureRecord): boolean => {
    onRead(++records);
    const match = matchOf(search, record);
    if (!match || (after && comparePositions(positionOf(match), after) <= 0)) return false;
    const next = found.findIndex((other) => comparePositions(positionOf(match), positionOf(other)) < 0);
    found.splice(next === -1 ? found.length : next, 0, match);
    if (found.length > count) found.pop();
    return true;
  };
  await readAll(source, search, count, take);
  return found;
}

function matchOf({ distanceTo, cameras }: Search, record: PictureRecord): FoundRecord | undefined {
  if (cameras.length > 0 && !cameras.includes(record.camera ?? '')) return undefined;
  const distance = record.plateKey === undefined ? undefined : distanceTo(record.plateKey, record.lastFour);
  return distance === undefined ? undefined : { distance, record };
}

/** Gives every record to `take` that can be among the first `count` matches; `take` says whether it is one. */
async function readAll(
  source: RecordSource,
  { lookup, span, nearestFirst }: Search,
  count: number,
  take: (record: PictureRecord) => boolean,
): Promise<void> {
  if (lookup.kind === 'scan') {
    for await (const record of source.scan(span)) take(record);
    return;
  }
  // Each of these takes the next query that no other one has taken.
  const isMerged = ({ index }: { readonly index: RecordIndex }) => !nearestFirst || index === 'byPlate';
  const queries = lookup.queries.filter((query) => !isMerged(query)).values();
  const readSome = async () => {
    for (const query of queries) {
      for await (const record of source.query({ ...query, span })) take(record);
    }
  };
  const readPlates = async () => {
    const plates = lookup.queries.filter(isMerged);
    let matches = 0;
    let lastMatch = '';
    for await (const record of mergeNewestFirst(
      plates.map((query) => source.query({ ...query, span, pageSize })),
    )) {
      // Those of the same moment have an order of their own.
      if (matches >= count && record.capturedAt !== lastMatch) break;
      if (!take(record)) continue;
      matches += 1;
      lastMatch = record.capturedAt;
    }
  };
  await Promise.all([readPlates(), ...Array.from({ length: queriesAtOnce }, readSome)]);
}
