import {
  BatchWriteItemCommand,
  CreateTableCommand,
  GetItemCommand,
  QueryCommand,
  waitUntilTableExists,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { captureOf } from '../../functions/core/capture/capture.ts';
import { imageIdOf, type UploadedObject } from '../../functions/core/message/uploaded-object.ts';
import {
  announcedRecord,
  defaultReviewBelowConfidence,
  finalRecord,
} from '../../functions/core/record/build-record.ts';
import type { AnnouncedRecord, FinalRecord } from '../../functions/core/record/record.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import type { TemplateResources } from '../../infra/local/template/template.ts';

/** BatchWriteItem's limit. */
const batchSize = 25;
const recordsPerPlate = 10;
const cameras = 50;
const retentionDays = 90;
const firstCaptureMs = Date.parse('2026-11-22T00:00:00.000Z');

const box = { x1: 560, y1: 500, x2: 720, y2: 500, x3: 720, y3: 540, x4: 560, y4: 540 };
const sizeBytes = readSample('day.jpg').length;
const picture = { sizeBytes, fileType: 'jpeg', width: 1280, height: 720 } as const;

/** The attributes that the function writes for the picture with this number. */
export function attributesOf(number: number): {
  readonly imageId: string;
  readonly announced: AnnouncedRecord;
  readonly final: FinalRecord;
} {
  const key = `gate-${number % cameras}/2026/11/22/${number}.jpg`;
  const etag = number.toString(16).padStart(32, '0');
  const uploadedAtMs = firstCaptureMs + number * 1000;
  const image: UploadedObject = {
    imageId: imageIdOf('pictures', key, { etag }),
    bucket: 'pictures',
    key,
    etag,
    sizeBytes,
    uploadedAt: new Date(uploadedAtMs).toISOString(),
  };
  const capture = captureOf(image, undefined);
  const plates = [{ plate: plateOf(number), confidence: 0.93, box }] as const;
  return {
    imageId: image.imageId,
    announced: announcedRecord(image, capture, uploadedAtMs, retentionDays),
    final: finalRecord(
      { kind: 'read', plates, resolution: 'normal' },
      picture,
      capture,
      uploadedAtMs + 1000,
      { retentionDays, reviewBelowConfidence: defaultReviewBelowConfidence },
    ),
  };
}

/** Creates the template's table under another name and fills it. */
export async function createGrownTable(
  client: DynamoDBClient,
  definition: TemplateResources['tables']['ReadingsTable'],
  tableName: string,
  records: number,
  progress: (written: number) => void,
): Promise<void> {
  await client.send(new CreateTableCommand({ ...definition, TableName: tableName }));
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 },
    { TableName: tableName },
  );
  await fillTable(client, tableName, records, progress);
}

/** Fills a table with ten records for each plate, of 50 cameras. */
export async function fillTable(
  client: DynamoDBClient,
  tableName: string,
  records: number,
  progress: (written: number) => void,
): Promise<void> {
  for (let first = 0; first < records; first += batchSize) {
    progress(first);
    const numbers = Array.from({ length: Math.min(batchSize, records - first) }, (_, index) => first + index);
    const requests = numbers.map((number) => {
      const { imageId, announced, final } = attributesOf(number);
      return { PutRequest: { Item: marshall({ imageId, ...announced, ...final, attempts: 1, calls: 1 }) } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}

/**
 * Finds the records of the plate in this picture. Throws if it finds too few: the measurement would be void.
 */
export async function searchByPlate(
  client: DynamoDBClient,
  tableName: string,
  number: number,
): Promise<void> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: 'byPlate',
      KeyConditionExpression: 'plateKey = :plateKey',
      ExpressionAttributeValues: marshall({ ':plateKey': attributesOf(number).final.plateKey }),
    }),
  );
  if (items.length < recordsPerPlate) throw new Error(`The search found ${items.length} records.`);
}

export async function readItem(
  client: DynamoDBClient,
  tableName: string,
  imageId: string,
): Promise<Record<string, AttributeValue> | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: marshall({ imageId }), ConsistentRead: true }),
  );
  return item;
}

function plateOf(number: number): string {
  const car = Math.floor(number / recordsPerPlate);
  return `${100 + Math.floor(car / 10_000)}가${String(car % 10_000).padStart(4, '0')}`;
}
