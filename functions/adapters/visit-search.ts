import {
  BatchGetItemCommand,
  paginateQuery,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { isExpired } from '../core/record/expiry.ts';
import type { TimeSpan } from '../core/search/time-span.ts';
import type { ListedVisit } from '../core/visit/cars-on-site.ts';
import { siteState } from '../core/visit/site-state.ts';
import type { TrackedVisit } from '../core/visit/site-visits.ts';
import { stateItem, unpacked, visitOfItem, visitsFrom, visitsUntil } from './visit-items.ts';

/** Where a visit is in the table. */
type VisitPlace = { readonly site: string; readonly item: string };
/** A place in the order of visits; `moment` is what the order goes by. */
export type VisitPosition = VisitPlace & { readonly moment: string };

/** Which visits: of a plate, of a site, or all, by when they began. */
type WantedVisits = {
  readonly plateKey?: string | undefined;
  readonly site?: string | undefined;
  readonly span: TimeSpan;
  /** Only visits behind this one. */
  readonly after?: VisitPosition | undefined;
  readonly length: number;
};

const firstMoment = '0000-01-01T00:00:00.000Z';
const lastMoment = '9999-12-31T23:59:59.999Z';
/** DynamoDB's limit for one BatchGetItem. */
const batchSize = 100;
/** Of visits that are part of another by now, a page has few. */
const mostRequests = 10;

const positioned = z.object({ site: z.string(), item: z.string(), firstSeen: z.exactOptional(z.string()) });
const listedVisit = z.object({
  site: z.string(),
  item: z.string(),
  order: z.string(),
  plateKey: z.string(),
  enteredAt: z.exactOptional(z.string()),
  leftAt: z.exactOptional(z.string()),
});
const listedSite = z.object({ site: z.string() });
const dueItem = z.object({ site: z.string(), item: z.string(), dueAt: z.number() });
const storedState = z.object({ state: z.instanceof(Uint8Array) });

type Item = Record<string, AttributeValue>;

/**
 * Finds visits for people, without a scan of the table. Errors of the client pass through. Expired visits are
 * left out: DynamoDB may delete them days later.
 */
export function createVisitSearch(dynamodb: DynamoDBClient, tableName: string, now: () => number) {
  const table = openTable(dynamodb, tableName);

  function visitIn(item: unknown): TrackedVisit[] {
    const { tracked, mergedInto, expiresAt } = visitOfItem(item);
    return mergedInto === undefined && !isExpired({ expiresAt }, now()) ? [tracked] : [];
  }

  return {
    /** Visits with the newest first, and the position behind the last one where there can be more. */
    async find(wanted: WantedVisits): Promise<{
      readonly visits: readonly TrackedVisit[];
      readonly after: VisitPosition | undefined;
    }> {
      const visits: TrackedVisit[] = [];
      const { since = firstMoment, until = lastMoment } = wanted.span;
      let { after } = wanted;
      // DynamoDB accepts no start outside the span, and a span that is relative to now moves between two pages.
      if (after && after.moment < since) return { visits, after: undefined };
      if (after && after.moment > until) after = undefined;
      for (let request = 0; request < mostRequests; request += 1) {
        const { items, hasMore } = await table.page({
          ...queryOf({ ...wanted, span: { since, until }, after }),
          ScanIndexForward: false,
          Limit: wanted.length - visits.length,
        });
        const places = items.map((item) => positioned.parse(item));
        const whole = usesList(wanted) ? await table.getInOrder(places) : items;
        visits.push(...whole.flatMap(visitIn));
        const end = places.at(-1);
        after = end && hasMore ? positionOf(end, wanted) : undefined;
        if (after === undefined || visits.length === wanted.length) break;
      }
      return { visits, after };
    },

    /** The visits of these places that exist, in no order. */
    async get(places: readonly VisitPlace[]): Promise<readonly TrackedVisit[]> {
      return (await table.get(places)).flatMap(visitIn);
    },

    /** The names of sites, sorted. */
    async sites(most: number): Promise<readonly string[]> {
      const { items } = await table.page({ ...listOf('sites'), Limit: most });
      return items.map((item) => listedSite.parse(item).site);
    },

    /** What the list of all visits says of those that began at a moment or later, the newest first. */
    async listed(since: string, most: number): Promise<readonly ListedVisit[]> {
      const found: ListedVisit[] = [];
      for await (const item of table.query({ ...listOf('visits', { since }), ScanIndexForward: false })) {
        const { order: openedAt, ...rest } = listedVisit.parse(item);
        found.push({ ...rest, openedAt });
        if (found.length === most) break;
      }
      return found;
    },

    /** The sites at which visits are in progress, and when the first of those of each site ends. */
    async dueSites(): Promise<readonly { readonly site: string; readonly dueAt: number }[]> {
      const due: z.infer<typeof dueItem>[] = [];
      for await (const item of table.query(dueQuery)) due.push(dueItem.parse(item));
      // The index also has cameras that may fall silent.
      return due.filter(({ item }) => item === stateItem);
    },

    /** The visits of sites that are in progress. */
    async inProgress(sites: readonly string[]): Promise<readonly TrackedVisit[]> {
      const items = await table.get(sites.map((site) => ({ site, item: stateItem })));
      return items
        .flatMap((item) => siteState.parse(unpacked(storedState.parse(item).state)).visits)
        .filter(({ isEndAnnounced }) => !isEndAnnounced);
    },
  };
}

const dueQuery = {
  IndexName: 'byDue',
  KeyConditionExpression: '#due = :due',
  ExpressionAttributeNames: { '#due': 'due' },
  ExpressionAttributeValues: marshall({ ':due': 'due' }),
};

/** The requests to the table, on plain items. */
function openTable(dynamodb: DynamoDBClient, tableName: string) {
  async function get(keys: readonly VisitPlace[]): Promise<Record<string, unknown>[]> {
    const found: Item[] = [];
    let asked = keys.map(({ site, item }) => marshall({ site, item }));
    while (asked.length > 0) {
      const request = { Keys: asked.slice(0, batchSize) };
      const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } }));
      found.push(...(answer.Responses?.[tableName] ?? []));
      asked = [...asked.slice(batchSize), ...(answer.UnprocessedKeys?.[tableName]?.Keys ?? [])];
    }
    return found.map((item) => unmarshall(item));
  }

  return {
    /** The items of these keys that exist, in no order. */
    get,

    getInOrder: async (places: readonly VisitPlace[]) => {
      const keyOf = ({ site, item }: VisitPlace) => JSON.stringify([site, item]);
      const byKey = new Map((await get(places)).map((item) => [keyOf(positioned.parse(item)), item]));
      return places.flatMap((place) => byKey.get(keyOf(place)) ?? []);
    },

    /** One page of a query. */
    page: async (input: Omit<QueryCommandInput, 'TableName'>) => {
      const { Items: items = [], LastEvaluatedKey: last } = await dynamodb.send(
        new QueryCommand({ TableName: tableName, ...input }),
      );
      return { items: items.map((item) => unmarshall(item)), hasMore: last !== undefined };
    },

    /** All items of a query. */
    query: async function* (input: Omit<QueryCommandInput, 'TableName'>) {
      for await (const { Items: items = [] } of paginateQuery(
        { client: dynamodb },
        { TableName: tableName, ...input },
      )) {
        for (const item of items) yield unmarshall(item);
      }
    },
  };
}

/** Neither of a plate nor of a site: from the list of all visits, which has only their keys. */
function usesList({ plateKey, site }: WantedVisits): boolean {
  return plateKey === undefined && site === undefined;
}

function queryOf({ plateKey, site, span, after }: WantedVisits): Omit<QueryCommandInput, 'TableName'> {
  const { since = firstMoment, until = lastMoment } = span;
  const key = after && { site: after.site, item: after.item };
  if (plateKey !== undefined) {
    return {
      IndexName: 'byPlate',
      KeyConditionExpression: 'plateKey = :plateKey AND firstSeen BETWEEN :since AND :until',
      ExpressionAttributeValues: marshall(
        { ':plateKey': plateKey, ':since': since, ':until': until, ':site': site },
        { removeUndefinedValues: true },
      ),
      ...(site !== undefined && {
        FilterExpression: '#site = :site',
        ExpressionAttributeNames: { '#site': 'site' },
      }),
      ExclusiveStartKey: key && marshall({ ...key, plateKey, firstSeen: after.moment }),
    };
  }
  if (site !== undefined) {
    return {
      KeyConditionExpression: '#site = :site AND #item BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#site': 'site', '#item': 'item' },
      ExpressionAttributeValues: marshall({
        ':site': site,
        ':from': visitsFrom(since),
        ':to': visitsUntil(until),
      }),
      ExclusiveStartKey: key && marshall(key),
    };
  }
  return {
    ...listOf('visits', { since, until }),
    ExclusiveStartKey: key && marshall({ ...key, listing: 'visits', order: after.moment }),
  };
}

/** A query of the index `byOrder`. */
function listOf(listing: 'visits' | 'sites', { since, until = lastMoment }: TimeSpan = {}) {
  const span = since === undefined ? undefined : { ':since': since, ':until': until };
  return {
    IndexName: 'byOrder',
    KeyConditionExpression: `#listing = :listing${span ? ' AND #order BETWEEN :since AND :until' : ''}`,
    ExpressionAttributeNames: { '#listing': 'listing', ...(span && { '#order': 'order' }) },
    ExpressionAttributeValues: marshall({ ':listing': listing, ...span }),
  };
}

/** The index of plates goes by the first read that is known now; the others by the one that was known first. */
function positionOf(
  { site, item, firstSeen = '' }: z.infer<typeof positioned>,
  { plateKey }: WantedVisits,
): VisitPosition {
  return { site, item, moment: plateKey === undefined ? (item.split('#')[1] ?? '') : firstSeen };
}
