import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** A record without classification, with these attributes added or replaced; undefined removes one. */
export function recordOf(name: string, attributes: Readonly<Record<string, unknown>> = {}) {
  const box = { x1: 286, y1: 541, x2: 514, y2: 541, x3: 514, y3: 589, x4: 286, y4: 589 };
  return {
    imageId: `s3://pictures/${name}?etag=0123`,
    status: 'READ',
    plate: '12가3456',
    confidence: 0.91,
    box,
    plates: [{ plate: '12가3456', confidence: 0.91, box }],
    plateKey: '12가3456',
    bucket: 'pictures',
    key: name,
    etag: '0123',
    camera: 'gate',
    capturedAt: '2026-11-22T05:00:00.000Z',
    uploadedAt: '2026-11-22T05:00:01.000Z',
    readAt: '2026-11-22T05:00:02.000Z',
    attempts: 1,
    calls: 1,
    ...attributes,
  };
}

/** DynamoDB's limit for one BatchWriteItem. */
const batchSize = 25;

/** Puts items into a table. */
export async function putItems(
  dynamodb: DynamoDBClient,
  tableName: string,
  items: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (let first = 0; first < items.length; first += batchSize) {
    const requests = items.slice(first, first + batchSize).map((item) => ({
      PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
    }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}
