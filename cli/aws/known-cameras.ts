import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { koreaDayOf, otherCameras } from '../../functions/core/record/usage.ts';
import { compareTexts } from '../../functions/core/search/compare-texts.ts';
import { readUsage } from './usage-items.ts';

const dayMs = 24 * 3600 * 1000;

/** The cameras with an attempt at a picture in the last `days` days, sorted; found without reading records. */
export async function readKnownCameras(
  dynamodb: DynamoDBClient,
  usageTable: string,
  { days, nowMs }: { readonly days: number; readonly nowMs: number },
): Promise<string[]> {
  const usage = await readUsage(dynamodb, usageTable, {
    firstDay: koreaDayOf(nowMs - (days - 1) * dayMs),
    lastDay: koreaDayOf(nowMs),
  });
  const cameras = new Set(usage.map(({ camera }) => camera));
  cameras.delete(otherCameras);
  return [...cameras].toSorted(compareTexts);
}
