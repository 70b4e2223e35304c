import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { classifyPlate } from '../../functions/core/plate/classify-plate.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { plateBox } from '../promises/pipeline.ts';

/**
 * Puts records of reads into the table as the pipeline writes them; missing attributes get made-up values.
 */
export async function putRecords(
  stack: LocalStack,
  ...readings: readonly ({ readonly plate: string } & Readonly<Record<string, unknown>>)[]
): Promise<void> {
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  try {
    for (const reading of readings) {
      await dynamodb.send(
        new PutItemCommand({ TableName: stack.tableName, Item: marshall(recordOf(reading)) }),
      );
    }
  } finally {
    dynamodb.destroy();
  }
}

function recordOf(reading: { readonly plate: string } & Readonly<Record<string, unknown>>) {
  const { plate } = reading;
  const { plateKey, plateClass, verdict } = classifyPlate(plate);
  const [lastFour] = /\d{4}$/.exec(plateKey) ?? [];
  const key = `gate-north/${randomUUID()}.jpg`;
  const etag = randomUUID();
  return {
    imageId: `s3://bucket/${key}?etag=${etag}`,
    status: 'READ',
    confidence: 0.9,
    box: plateBox,
    plates: [{ plate, confidence: 0.9, box: plateBox }],
    plateKey,
    plateClass,
    verdict,
    ...(lastFour !== undefined && { lastFour }),
    bucket: 'bucket',
    key,
    etag,
    camera: 'gate-north',
    capturedAt: '2026-11-22T08:15:00.000Z',
    uploadedAt: '2026-11-22T08:15:01.000Z',
    readAt: '2026-11-22T08:15:02.000Z',
    ...reading,
  };
}
