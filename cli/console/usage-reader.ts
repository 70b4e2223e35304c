import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { koreaDayOf, type UsageIncrement } from '../../functions/core/record/usage.ts';
import { daysOf, readUsage, type DaySpan } from '../aws/usage-items.ts';

/** Reads the counters of a span of days. */
export type ReadDays = (span: DaySpan) => Promise<UsageIncrement[]>;

const dayMs = 24 * 3600 * 1000;
const keptDays = 62;

/**
 * Keeps the counters of days that are over, so that a page that asks again and again queries two days only. An
 * invocation counts on the day of its end, so yesterday can still change for a moment.
 */
export function createUsageReader(dynamodb: DynamoDBClient, usageTable: string, now: () => number): ReadDays {
  const kept = new Map<string, readonly UsageIncrement[]>();

  async function readDay(day: string): Promise<readonly UsageIncrement[]> {
    const known = kept.get(day);
    if (known) return known;
    const items = await readUsage(dynamodb, usageTable, { firstDay: day, lastDay: day });
    if (day >= koreaDayOf(now() - dayMs)) return items;
    kept.set(day, items);
    const [oldest] = kept.keys();
    if (kept.size > keptDays && oldest !== undefined) kept.delete(oldest);
    return items;
  }

  return async (span) => (await Promise.all(daysOf(span).map(readDay))).flat();
}
