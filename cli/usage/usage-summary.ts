import { usageCounters, type UsageIncrement } from '../../functions/core/record/usage.ts';
import { monthProgress } from './usage-period.ts';

/** A count for each counter of the usage table. */
export type Counts = UsageIncrement['counts'];

/** What a row is for; `day` or `camera` alone sums over the other. */
type UsageGrouping = 'day' | 'camera' | 'day-and-camera';

/** One sum; absent is what it sums over. */
export type UsageRow = { readonly day?: string; readonly camera?: string; readonly counts: Counts };

/** The counts of a whole month if it continues at its rate so far. */
export type MonthEstimate = {
  /** Including the fraction of today. */
  readonly daysPassed: number;
  readonly daysInMonth: number;
  readonly counts: Counts;
};

/** Returns the sums in the order of day and camera. */
export function groupUsage(items: readonly UsageIncrement[], grouping: UsageGrouping): UsageRow[] {
  const rows = items.map(({ day, camera, counts }) => ({
    ...(grouping !== 'camera' && { day }),
    ...(grouping !== 'day' && { camera }),
    counts,
  }));
  const groups = Map.groupBy(rows, ({ day, camera }) => JSON.stringify([day, camera]));
  return [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, group]) => ({ ...group[0], counts: totalOf(group) }));
}

/** Sums all items. */
export function totalOf(items: readonly { readonly counts: Counts }[]): Counts {
  return countsOf((counter) => items.reduce((sum, { counts }) => sum + counts[counter], 0));
}

/**
 * Extrapolates linearly from the month's first moment; undefined on the first day, which is too short, and
 * after the month.
 */
export function estimateMonth(soFar: Counts, month: string, nowMs: number): MonthEstimate | undefined {
  const { daysPassed, daysInMonth } = monthProgress(month, nowMs);
  if (daysPassed < 1 || daysPassed >= daysInMonth) return undefined;
  const counts = countsOf((counter) => Math.round((soFar[counter] / daysPassed) * daysInMonth));
  return { daysPassed, daysInMonth, counts };
}

function countsOf(countOf: (counter: keyof Counts) => number): Counts {
  const none = {
    pictures: 0,
    reads: 0,
    noPlates: 0,
    unreadable: 0,
    rejected: 0,
    gone: 0,
    unavailable: 0,
    calls: 0,
    capturedAtFaults: 0,
    keysNotMatched: 0,
  };
  return usageCounters.reduce((counts, counter) => ({ ...counts, [counter]: countOf(counter) }), none);
}
