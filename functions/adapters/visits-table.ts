import {
  BatchGetItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClientConfig,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { healthState, unknownHealth, type HealthState } from '../core/camera-health/degradation.ts';
import type { CameraTimes } from '../core/camera-health/silence.ts';
import { emptySite, siteState, type SiteState } from '../core/visit/site-state.ts';
import type { TrackedVisit } from '../core/visit/site-visits.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';
import {
  itemOfVisit,
  orderOf,
  packed,
  stateItem,
  unpacked,
  visitOfItem,
  visitsFrom,
  visitsUntil,
} from './visit-items.ts';

export type VisitsTable = ReturnType<typeof createVisitsTable>;

type Due = { readonly sites: readonly string[]; readonly cameras: readonly string[] };

/** Below the camera's own name, since a camera can move to another site. */
const cameraItem = 'camera';
/** How far before and after a span visits are looked for that reach into it. */
const longestVisitMs = 2 * 24 * 3600 * 1000;
/** DynamoDB's limit for one BatchGetItem. */
const batchSize = 100;
const requestTimeoutMs = 5000;

const storedState = z.object({ version: z.number(), state: z.instanceof(Uint8Array) });
const storedCamera = z.object({
  version: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  dueAt: z.exactOptional(z.number()),
});
const dueItem = z.object({ site: z.string(), item: z.string() });
const readItem = z.object({ item: z.string() });

/**
 * The table Visits: for each site its state, its visits and the reads that are in a visit, and for each camera
 * when it sent pictures. All methods throw an OutsideError `DYNAMODB_…` where DynamoDB fails.
 */
export function createVisitsTable(
  tableName: string,
  retentionDays: number,
  config: DynamoDBClientConfig = {},
) {
  const table = openTable(tableName, config);
  const expiresAt = (nowMs: number) => Math.floor(nowMs / 1000) + retentionDays * 24 * 3600;

  return {
    /** The state of a site with its version; version 0 where the site was never seen. */
    async load(site: string): Promise<{ readonly version: number; readonly state: SiteState }> {
      const item = await table.get({ site, item: stateItem });
      if (!item) return { version: 0, state: emptySite };
      const { version, state } = storedState.parse(item);
      return { version, state: siteState.parse(unpacked(state)) };
    },

    /** Writes the state, unless another invocation has written it since. */
    save(site: string, version: number, state: SiteState, dueAtMs: number | undefined): Promise<boolean> {
      const listed = { ...orderOf('sites', site), ...dueOf(dueAtMs) };
      const item = { site, item: stateItem, version: version + 1, state: packed(state), ...listed };
      return table.put(item, 'attribute_not_exists(site) OR #version = :version', { ':version': version });
    },

    /** Those of the reads that are in a visit. */
    async readsInVisits(site: string, readIds: readonly string[]): Promise<ReadonlySet<string>> {
      const found = new Set<string>();
      for (let first = 0; first < readIds.length; first += batchSize) {
        const keys = readIds.slice(first, first + batchSize).map((id) => ({ site, item: itemOfRead(id) }));
        for (const item of await table.findItemNames(keys)) found.add(item);
      }
      return new Set(readIds.filter((readId) => found.has(itemOfRead(readId))));
    },

    /** Visits of a site that reach into a span. */
    async visitsIn(
      site: string,
      span: { readonly from: string; readonly to: string },
    ): Promise<readonly TrackedVisit[]> {
      const items = await table.query({
        ConsistentRead: true,
        KeyConditionExpression: 'site = :site AND #item BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: marshall({
          ':site': site,
          ':from': visitsFrom(shifted(span.from, -longestVisitMs)),
          ':to': visitsUntil(shifted(span.to, longestVisitMs)),
        }),
      });
      return items.flatMap((item) => {
        const { mergedInto, tracked } = visitOfItem(item);
        if (mergedInto !== undefined) return [];
        const { firstSeen, lastSeen } = tracked.visit;
        return lastSeen >= span.from && firstSeen <= span.to ? [tracked] : [];
      });
    },

    /** Writes a visit, unless a later version of it is there. */
    async writeVisit(tracked: TrackedVisit, version: number, mergedInto?: string): Promise<void> {
      const item = itemOfVisit(tracked, mergedInto);
      await table.putLater({ ...item, version, expiresAt: expiresAt(tracked.changedAtMs) });
    },

    /** Notes that a read is in a visit. */
    async writeRead(site: string, readId: string, version: number, nowMs: number): Promise<void> {
      await table.putLater({ site, item: itemOfRead(readId), version, expiresAt: expiresAt(nowMs) });
    },

    ...cameraItems(table, expiresAt),
    ...healthItem(table),

    /** Sites and cameras at which something must happen by now. */
    async due(nowMs: number): Promise<Due> {
      const items = await table.query({
        IndexName: 'byDue',
        KeyConditionExpression: '#due = :due AND dueAt <= :now',
        ExpressionAttributeNames: { '#due': 'due' },
        ExpressionAttributeValues: marshall({ ':due': 'due', ':now': nowMs }),
      });
      const due = items.map((item) => dueItem.parse(item));
      const namesOf = (kind: string) => due.filter(({ item }) => item === kind).map(({ site }) => site);
      return { sites: namesOf(stateItem), cameras: namesOf(cameraItem) };
    },
  };
}

/** The items of cameras. */
function cameraItems(table: ReturnType<typeof openTable>, expiresAt: (nowMs: number) => number) {
  return {
    /** When a camera sent pictures, with its version; version 0 where it never did. */
    async loadCamera(camera: string): Promise<{ readonly version: number; readonly times?: CameraTimes }> {
      const item = await table.get({ site: camera, item: cameraItem });
      if (!item) return { version: 0 };
      const { version, firstAt, lastAt, dueAt } = storedCamera.parse(item);
      return {
        version,
        times: { firstAt, lastAt, ...(dueAt !== undefined && { dueAtMs: dueAt }) },
      };
    },

    /** Writes when a camera sent pictures, unless another invocation has written it since. */
    saveCamera(
      camera: string,
      version: number,
      { firstAt, lastAt, dueAtMs }: CameraTimes,
      nowMs: number,
    ): Promise<boolean> {
      const item = {
        ...{ site: camera, item: cameraItem, version: version + 1, firstAt, lastAt, ...dueOf(dueAtMs) },
        expiresAt: expiresAt(dueAtMs ?? nowMs),
      };
      return table.put(item, 'attribute_not_exists(site) OR #version = :version', { ':version': version });
    },
  };
}

/** One item for all cameras, under a name that no site has. */
function healthItem(table: ReturnType<typeof openTable>) {
  const key = { site: '#cameras', item: 'health' };
  return {
    /** Which cameras read worse than usual, with its version; version 0 before the first hour. */
    async loadHealth(): Promise<{ readonly version: number; readonly state: HealthState }> {
      const item = await table.get(key);
      if (!item) return { version: 0, state: unknownHealth };
      const { version, state } = storedState.parse(item);
      return { version, state: healthState.parse(unpacked(state)) };
    },

    /** Writes it, unless another invocation has written it since. */
    saveHealth(version: number, state: HealthState): Promise<boolean> {
      const item = { ...key, version: version + 1, state: packed(state) };
      return table.put(item, 'attribute_not_exists(site) OR #version = :version', { ':version': version });
    },
  };
}

function itemOfRead(readId: string): string {
  return `read#${readId}`;
}

/** Whole minutes, as the clock has them: each other moment would cost two writes of the index. */
function dueOf(momentMs: number | undefined) {
  return momentMs === undefined ? {} : { due: 'due', dueAt: 60_000 * Math.ceil(momentMs / 60_000) };
}

/** A moment in ISO 8601, moved by a difference. */
function shifted(moment: string, differenceMs: number): string {
  return new Date(Date.parse(moment) + differenceMs).toISOString();
}

/** By its name: in the bundle all exceptions of a service are of one class. */
function isFailedCondition(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException';
}

type Item = Record<string, AttributeValue>;
type Key = { readonly site: string; readonly item: string };

/** The requests to the table, on plain items. */
function openTable(tableName: string, config: DynamoDBClientConfig) {
  const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
  const client = lazily(() => new DynamoDBClient({ requestHandler, ...config }));
  const ask = async <Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> =>
    await request(AbortSignal.timeout(requestTimeoutMs)).catch((error: unknown) => {
      throw fromAwsError('DynamoDB', error);
    });

  /** Returns whether the condition held. */
  const put = (item: object, condition: string, values: Record<string, unknown>): Promise<boolean> =>
    ask(async (abortSignal) => {
      const request = new PutItemCommand({
        TableName: tableName,
        Item: marshall(item, { removeUndefinedValues: true }),
        ConditionExpression: condition,
        ExpressionAttributeValues: marshall(values),
        ExpressionAttributeNames: { '#version': 'version' },
      });
      try {
        await client().send(request, { abortSignal });
        return true;
      } catch (error) {
        if (isFailedCondition(error)) return false;
        throw error;
      }
    });

  const queryPage = (input: Omit<QueryCommandInput, 'TableName'>) =>
    ask((abortSignal) =>
      client().send(new QueryCommand({ TableName: tableName, ...input }), { abortSignal }),
    );

  return {
    put,

    /** Puts an item of a version, unless a later version is there. */
    putLater: (item: Record<string, unknown> & { readonly version: number }) =>
      put(item, 'attribute_not_exists(site) OR #version < :version', { ':version': item.version }),

    get: async (key: Key) => {
      const request = { TableName: tableName, Key: marshall(key), ConsistentRead: true };
      const { Item: item } = await ask((abortSignal) =>
        client().send(new GetItemCommand(request), { abortSignal }),
      );
      return item && unmarshall(item);
    },

    /** The sort keys of those items that exist. */
    findItemNames: async (keys: readonly Key[]): Promise<readonly string[]> => {
      const found: Item[] = [];
      let asked: Item[] = keys.map((key) => marshall(key));
      while (asked.length > 0) {
        const request = {
          Keys: asked,
          ConsistentRead: true,
          ProjectionExpression: '#item',
          ExpressionAttributeNames: { '#item': 'item' },
        };
        const answer = await ask((abortSignal) =>
          client().send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } }), { abortSignal }),
        );
        found.push(...(answer.Responses?.[tableName] ?? []));
        asked = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      return found.map((item) => readItem.parse(unmarshall(item)).item);
    },

    /** All pages of a query. */
    query: async (input: Omit<QueryCommandInput, 'TableName'>) => {
      const items: Item[] = [];
      let page = await queryPage(input);
      items.push(...(page.Items ?? []));
      while (page.LastEvaluatedKey) {
        page = await queryPage({ ...input, ExclusiveStartKey: page.LastEvaluatedKey });
        items.push(...(page.Items ?? []));
      }
      return items.map((item) => unmarshall(item));
    },
  };
}
