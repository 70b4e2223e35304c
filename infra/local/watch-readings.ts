import { setTimeout as delay } from 'node:timers/promises';
import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

const corner = z.number();

const reading = z.object({
  imageId: z.string(),
  status: z.enum(['PENDING', 'READ', 'NO_PLATE', 'UNREADABLE', 'REJECTED', 'GONE']),
  key: z.string(),
  plate: z.string().optional(),
  confidence: z.number().optional(),
  box: z
    .object({
      x1: corner,
      y1: corner,
      x2: corner,
      y2: corner,
      x3: corner,
      y3: corner,
      x4: corner,
      y4: corner,
    })
    .optional(),
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  uploadedAt: z.iso.datetime(),
  readAt: z.iso.datetime().optional(),
});

/** A record of the table, as far as it is shown to people. */
export type Reading = z.infer<typeof reading>;

/** Yields each record when it first stands in the table and whenever its status or reason has changed, until the signal aborts; every look reads the whole table. */
export async function* watchReadings(
  client: DynamoDBClient,
  tableName: string,
  { intervalMs, signal }: { intervalMs: number; signal: AbortSignal },
): AsyncGenerator<Reading, void, undefined> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    for await (const page of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
      for (const item of page.Items ?? []) {
        const current = reading.parse(unmarshall(item));
        const state = `${current.status} ${current.reason?.code ?? ''}`;
        if (seen.get(current.imageId) === state) continue;
        seen.set(current.imageId, state);
        yield current;
      }
    }
    // An abort ends the wait early, which is no error.
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
