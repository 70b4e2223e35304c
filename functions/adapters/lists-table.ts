import { DynamoDBClient, ScanCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { listsOfItems } from '../core/watch-list/stored-lists.ts';
import type { WatchList } from '../core/watch-list/watch-list.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type ListsTable = ReturnType<typeof createListsTable>;

/** How long a change of a list can take to have an effect. */
const cachedForMs = 30_000;
const requestTimeoutMs = 5000;

/** The watch lists. */
export function createListsTable(tableName: string, now: () => number, config: DynamoDBClientConfig = {}) {
  const client = lazily(() => new DynamoDBClient(config));
  let cached: { readonly lists: readonly WatchList[]; readonly readAtMs: number } | undefined;

  return {
    /** All lists, at most 30 s old. Throws an OutsideError `DYNAMODB_…` where DynamoDB fails. */
    async current(): Promise<readonly WatchList[]> {
      if (!cached || now() - cached.readAtMs >= cachedForMs) {
        const readAtMs = now();
        cached = { lists: listsOfItems(await readAll()), readAtMs };
      }
      return cached.lists;
    },
  };

  async function readAll(): Promise<unknown[]> {
    const items: unknown[] = [];
    let start: Awaited<ReturnType<typeof scan>>['LastEvaluatedKey'];
    do {
      const page = await scan(start);
      items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  }

  async function scan(after: object | undefined) {
    return await client()
      .send(new ScanCommand({ TableName: tableName, ...(after && { ExclusiveStartKey: { ...after } }) }), {
        abortSignal: AbortSignal.timeout(requestTimeoutMs),
      })
      .catch((error: unknown) => {
        throw fromAwsError('DynamoDB', error);
      });
  }
}
