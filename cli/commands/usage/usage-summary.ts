import { usageCounters, type UsageIncrement } from '../../../functions/core/record/usage.ts';
import { monthProgress } from './usage-period.ts';

export type Counts = UsageIncrement['counts'];

/** What a row stands for; `day` or `camera` alone sums over the other. */
type UsageGrouping = 'day' | 'camera' | 'day-and-camera';

/** One sum; what was summed over is absent. */
export type UsageRow = { readonly day?: string; readonly camera?: string; readonly counts: Counts };

/** What a whole month comes to if it goes on as it has begun. */
export type MonthEstimate = {
  /** With the fraction of today. */
  readonly daysPassed: number;
  readonly daysInMonth: number;
  readonly counts: Counts;
};

/** Sums in the order of day and camera. */
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

export function totalOf(items: readonly { readonly counts: Counts }[]): Counts {
  return countsOf((counter) => items.reduce((sum, { counts }) => sum + counts[counter], 0));
}

/** A straight line from the month's first moment through now; undefined on the first day, which says too little, and once the month is over. */
export function estimateMonth(soFar: Counts, month: string, nowMs: number): MonthEstimate | undefined {
  const { daysPassed, daysInMonth } = monthProgress(month, nowMs);
  if (daysPassed < 1 || daysPassed >= daysInMonth) return undefined;
  const counts = countsOf((counter) => Math.round((soFar[counter] / daysPassed) * daysInMonth));
  return { daysPassed, daysInMonth, counts };
}

function countsOf(countOf: (counter: keyof Counts) => number): Counts {
  const none = { pictures: 0, reads: 0, noPlates: 0, unreadable: 0, rejected: 0, gone: 0, calls: 0 };
  return usageCounters.reduce((counts, counter) => ({ ...counts, [counter]: countOf(counter) }), none);
}
