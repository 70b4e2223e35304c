import { setTimeout as delay } from 'node:timers/promises';
import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parseRecord } from '../../functions/core/record/parse-record.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';

/**
 * Yields each record when it appears and when its status or reason changes, until the signal aborts. Each
 * poll reads the whole table.
 */
export async function* watchRecords(
  client: DynamoDBClient,
  tableName: string,
  { intervalMs, signal }: { intervalMs: number; signal: AbortSignal },
): AsyncGenerator<PictureRecord, void, undefined> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    for await (const page of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
      for (const item of page.Items ?? []) {
        const current = parseRecord(unmarshall(item));
        const state = `${current.status} ${current.reason?.code ?? ''}`;
        if (seen.get(current.imageId) === state) continue;
        seen.set(current.imageId, state);
        yield current;
      }
    }
    // An abort rejects the delay; it is not an error here.
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
