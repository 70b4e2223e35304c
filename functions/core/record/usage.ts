import type { Outcome, PictureReport } from './outcome.ts';
import { koreaOffsetMs } from '../capture/utc-moment.ts';

/** What is counted for each day and camera. `pictures` are final records; `calls` those of the endpoint, in vain included. */
export const usageCounters = [
  'pictures',
  'reads',
  'noPlates',
  'unreadable',
  'rejected',
  'gone',
  'calls',
] as const;
type UsageCounter = (typeof usageCounters)[number];

/** What one invocation adds to the counters of a camera. */
export type UsageIncrement = {
  /** Korea's calendar day at the time of counting, `YYYY-MM-DD`. */
  readonly day: string;
  readonly camera: string;
  readonly counts: Readonly<Record<UsageCounter, number>>;
};

/** The calendar day in Korea at this time, `YYYY-MM-DD`. */
export function koreaDayOf(epochMs: number): string {
  return new Date(epochMs + koreaOffsetMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** What the reports of one invocation add to the counters; nothing for a camera for which no record was written and no call made. */
export function usageOf(reports: readonly PictureReport[], nowMs: number): readonly UsageIncrement[] {
  const day = koreaDayOf(nowMs);
  return [...Map.groupBy(reports, ({ camera }) => camera)]
    .map(([camera, ofCamera]) => ({ day, camera, counts: countsOf(ofCamera) }))
    .filter(({ counts }) => counts.pictures > 0 || counts.calls > 0);
}

function countsOf(reports: readonly PictureReport[]): UsageIncrement['counts'] {
  const ended = (kind: Outcome['kind']) => reports.filter(({ outcome }) => outcome.kind === kind).length;
  const ends = {
    reads: ended('read'),
    noPlates: ended('no-plate'),
    unreadable: ended('unreadable'),
    rejected: ended('rejected'),
    gone: ended('gone'),
  };
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  return { pictures: sum(Object.values(ends)), ...ends, calls: sum(reports.map(({ calls }) => calls)) };
}
