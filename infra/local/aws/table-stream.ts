import { GetItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { ProxiedReply, ProxiedRequest } from './fault-proxy.ts';

/** A record of the stream: an item as it was after a write. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** The item's key in one text; records of one item keep their order. */
  readonly itemKey: string;
  readonly newImage: Readonly<Record<string, AttributeValue>>;
  readonly writtenAtMs: number;
}

const item = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);
const write = z.object({ TableName: z.string(), Key: item.optional(), Item: item.optional() });
const batchWrite = z.object({
  RequestItems: z.record(z.string(), z.array(z.object({ PutRequest: z.object({ Item: item }).optional() }))),
});

/** The stream of a table, which dynalite lacks: it sees the writes that pass the proxy before dynalite. */
export interface TableStream {
  /** Appends what a request wrote; to be called with each request that the service has answered. */
  readonly onReply: (request: ProxiedRequest, reply: ProxiedReply) => Promise<void>;
  /** Calls the listener with each record, the earlier ones first. */
  readonly subscribe: (listener: (record: StreamRecord) => void) => void;
}

/** Creates the stream of one table with new images. Deletions are not in it: no function follows them. */
export function createTableStream(
  client: DynamoDBClient,
  { tableName, keyNames }: { readonly tableName: string; readonly keyNames: readonly string[] },
): TableStream {
  const records: StreamRecord[] = [];
  const listeners: ((record: StreamRecord) => void)[] = [];
  const lastReads = new Map<string, Promise<void>>();

  const append = async (key: Record<string, AttributeValue>, itemKey: string): Promise<void> => {
    const { Item: newImage } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    if (newImage === undefined) return;
    const sequenceNumber = String(records.length + 1).padStart(21, '0');
    const record = { sequenceNumber, itemKey, newImage, writtenAtMs: Date.now() };
    records.push(record);
    for (const listener of listeners) listener(record);
  };

  return {
    onReply: async (request, { statusCode }) => {
      if (statusCode !== 200) return;
      for (const written of writtenItems(request, tableName)) {
        const key = Object.fromEntries(
          keyNames.flatMap((name) => (written[name] ? [[name, written[name]]] : [])),
        );
        const itemKey = JSON.stringify(key);
        // One after the other, so that the images of an item are in the order of its writes.
        const reading = (lastReads.get(itemKey) ?? Promise.resolve()).then(() => append(key, itemKey));
        lastReads.set(itemKey, reading);
        await reading;
      }
    },
    subscribe: (listener) => {
      for (const record of records) listener(record);
      listeners.push(listener);
    },
  };
}

/** Items, or their keys, that a request wrote to the table. */
function writtenItems({ operation, body }: ProxiedRequest, tableName: string): z.infer<typeof item>[] {
  if (body === undefined) return [];
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem': {
      const { TableName, Key, Item } = write.parse(JSON.parse(body.toString()));
      const written = Key ?? Item;
      return TableName === tableName && written ? [written] : [];
    }
    case 'BatchWriteItem': {
      const { RequestItems } = batchWrite.parse(JSON.parse(body.toString()));
      return (RequestItems[tableName] ?? []).flatMap(({ PutRequest }) =>
        PutRequest ? [PutRequest.Item] : [],
      );
    }
    case undefined:
    default:
      return [];
  }
}
