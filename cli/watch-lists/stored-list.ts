import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  paginateQuery,
  paginateScan,
  PutItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { entryItemOf, listsOfItems, settingsItem } from '../../functions/core/watch-list/stored-lists.ts';
import type { WatchEntry, WatchList } from '../../functions/core/watch-list/watch-list.ts';
import { newListSettings, type ListChange } from './list-settings.ts';

/** The table of watch lists. */
export type ListsTable = { readonly dynamodb: DynamoDBClient; readonly tableName: string };

/** All lists, in the order of their names. */
export async function readLists({ dynamodb, tableName }: ListsTable): Promise<readonly WatchList[]> {
  const items: unknown[] = [];
  const pages = paginateScan({ client: dynamodb }, { TableName: tableName, ConsistentRead: true });
  for await (const { Items: page = [] } of pages) items.push(...page.map((item) => unmarshall(item)));
  return listsOfItems(items).toSorted((one, other) => (one.list < other.list ? -1 : 1));
}

/** One list; undefined where there is none of this name. */
export async function findList(
  { dynamodb, tableName }: ListsTable,
  list: string,
): Promise<WatchList | undefined> {
  const items: unknown[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: tableName,
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: marshall({ ':list': list }),
      ConsistentRead: true,
    },
  );
  for await (const { Items: page = [] } of pages) items.push(...page.map((item) => unmarshall(item)));
  return listsOfItems(items)[0];
}

/** Creates the list or changes its settings. */
export async function configureList(
  { dynamodb, tableName }: ListsTable,
  list: string,
  { kind, strength, listCamera }: ListChange,
): Promise<void> {
  const cameras = listCamera?.length === 0 ? ' REMOVE #cameras' : listCamera ? ', #cameras = :cameras' : '';
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: marshall({ list, item: settingsItem }),
      UpdateExpression:
        `SET #kind = ${kind ? ':kind' : 'if_not_exists(#kind, :kind)'}, ` +
        `#strength = ${strength ? ':strength' : 'if_not_exists(#strength, :strength)'}${cameras}`,
      ExpressionAttributeNames: {
        '#kind': 'kind',
        '#strength': 'strength',
        ...(listCamera && { '#cameras': 'cameras' }),
      },
      ExpressionAttributeValues: marshall({
        ':kind': kind ?? newListSettings.kind,
        ':strength': strength ?? newListSettings.strength,
        ...(listCamera?.length && { ':cameras': listCamera }),
      }),
    }),
  );
}

/** Writes one entry; returns whether it replaced an earlier one. */
export async function putEntry(
  { dynamodb, tableName }: ListsTable,
  list: string,
  entry: WatchEntry,
): Promise<boolean> {
  const { Attributes: replaced } = await dynamodb.send(
    new PutItemCommand({
      TableName: tableName,
      Item: marshall({ list, item: entryItemOf(entry), ...entry }),
      ReturnValues: 'ALL_OLD',
    }),
  );
  return replaced !== undefined;
}

/** Deletes one entry; returns whether it was there. */
export async function removeEntry(
  { dynamodb, tableName }: ListsTable,
  list: string,
  plateKey: string,
): Promise<boolean> {
  const { Attributes: removed } = await dynamodb.send(
    new DeleteItemCommand({
      TableName: tableName,
      Key: marshall({ list, item: entryItemOf({ plateKey }) }),
      ReturnValues: 'ALL_OLD',
    }),
  );
  return removed !== undefined;
}

/** Writes entries and deletes others. */
export async function changeEntries(
  table: ListsTable,
  list: string,
  written: readonly WatchEntry[],
  removed: readonly WatchEntry[],
): Promise<void> {
  await writeAll(table, [
    ...written.map((entry) => ({
      PutRequest: { Item: marshall({ list, item: entryItemOf(entry), ...entry }) },
    })),
    ...removed.map((entry) => deletionOf(list, entryItemOf(entry))),
  ]);
}

/** Deletes a list with its entries; the settings last, so that what is left can be deleted again. */
export async function removeList(table: ListsTable, { list, entries }: WatchList): Promise<void> {
  await writeAll(
    table,
    entries.map((entry) => deletionOf(list, entryItemOf(entry))),
  );
  await writeAll(table, [deletionOf(list, settingsItem)]);
}

/** DynamoDB's limit for one BatchWriteItem. */
const batchSize = 25;
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** Repeats what DynamoDB leaves undone. */
async function writeAll(
  { dynamodb, tableName }: ListsTable,
  requests: readonly WriteRequest[],
): Promise<void> {
  for (let first = 0; first < requests.length; first += batchSize) {
    let left: readonly WriteRequest[] = requests.slice(first, first + batchSize);
    for (let pauseMs = firstPauseMs; left.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const { UnprocessedItems: undone = {} } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: [...left] } }),
      );
      left = undone[tableName] ?? [];
      if (left.length > 0) await delay(pauseMs);
    }
  }
}

function deletionOf(list: string, item: string): WriteRequest {
  return { DeleteRequest: { Key: marshall({ list, item }) } };
}
