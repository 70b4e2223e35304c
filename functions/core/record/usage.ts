import { isFinal, type Outcome, type PictureReport } from './outcome.ts';
import { koreaOffsetMs } from '../capture/utc-moment.ts';

/**
 * What is counted for each day and camera. `pictures` are final records; `calls` of the endpoint include
 * failed ones. `capturedAtFaults` and `keysNotMatched` are pictures whose record has such an attribute.
 */
export const usageCounters = [
  'pictures',
  'reads',
  'noPlates',
  'unreadable',
  'rejected',
  'gone',
  'unavailable',
  'calls',
  'capturedAtFaults',
  'keysNotMatched',
] as const;
type UsageCounter = (typeof usageCounters)[number];

/**
 * An uploader chooses the names of cameras. So a day has counters of its own for this many of them,
 * the first ones; all others share those of `otherCameras`.
 */
export const mostCamerasADay = 1000;
export const otherCameras = '(other cameras)';

/** What one invocation adds to the counters of one camera. */
export type UsageIncrement = {
  /** The calendar day in Korea at the time of counting, `YYYY-MM-DD`. */
  readonly day: string;
  readonly camera: string;
  readonly counts: Readonly<Record<UsageCounter, number>>;
};

/** The calendar day in Korea at this time, `YYYY-MM-DD`. */
export function koreaDayOf(epochMs: number): string {
  return new Date(epochMs + koreaOffsetMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/**
 * What the reports of one invocation add to the counters; nothing for a camera that had only duplicates. A
 * camera whose pictures all wait is counted with zeros, so that its pictures can be found.
 */
export function usageOf(reports: readonly PictureReport[], nowMs: number): readonly UsageIncrement[] {
  const day = koreaDayOf(nowMs);
  return [...Map.groupBy(reports, ({ camera }) => camera)]
    .filter(([, ofCamera]) => ofCamera.some(({ outcome, calls }) => outcome.kind !== 'duplicate' || calls > 0))
    .map(([camera, ofCamera]) => ({ day, camera, counts: countsOf(ofCamera) }));
}

function countsOf(reports: readonly PictureReport[]): UsageIncrement['counts'] {
  const outcomes = (kind: Outcome['kind']) => reports.filter(({ outcome }) => outcome.kind === kind).length;
  const finals = {
    reads: outcomes('read'),
    noPlates: outcomes('no-plate'),
    unreadable: outcomes('unreadable'),
    rejected: outcomes('rejected'),
    gone: outcomes('gone'),
    unavailable: outcomes('unavailable'),
  };
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  const recorded = reports.filter(({ outcome }) => isFinal(outcome));
  return {
    pictures: sum(Object.values(finals)),
    ...finals,
    calls: sum(reports.map(({ calls }) => calls)),
    capturedAtFaults: recorded.filter(({ capturedAtFault }) => capturedAtFault !== undefined).length,
    keysNotMatched: recorded.filter(({ keyNotMatched }) => keyNotMatched === true).length,
  };
}
