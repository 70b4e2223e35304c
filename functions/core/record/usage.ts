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

/** What is also counted for each hour of capture, so that a lamp that glares at night can be seen. */
export const hourCounters = ['reads', 'noPlates', 'unreadable'] as const;
type HourCounter = (typeof hourCounters)[number];

/** The attribute of a counter for an hour in Korea, such as `reads07`. */
export function hourCounterOf(counter: HourCounter, hour: number): string {
  return `${counter}${String(hour).padStart(2, '0')}`;
}

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
  /** By the attributes of `hourCounterOf`; absent where none was counted. */
  readonly hours?: Readonly<Record<string, number>>;
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
    .filter(([, ofCamera]) =>
      ofCamera.some(({ outcome, calls }) => outcome.kind !== 'duplicate' || calls > 0),
    )
    .map(([camera, ofCamera]) => {
      const hours = hoursOf(ofCamera);
      return { day, camera, counts: countsOf(ofCamera), ...(hours && { hours }) };
    });
}

const hourCounterOfKind = { read: 'reads', 'no-plate': 'noPlates', unreadable: 'unreadable' } as const;

function hoursOf(reports: readonly PictureReport[]): UsageIncrement['hours'] {
  const names = reports.flatMap(({ outcome: { kind }, capturedAt }) => {
    if (capturedAt === undefined) return [];
    if (kind !== 'read' && kind !== 'no-plate' && kind !== 'unreadable') return [];
    const hour = new Date(Date.parse(capturedAt) + koreaOffsetMs).getUTCHours();
    return [hourCounterOf(hourCounterOfKind[kind], hour)];
  });
  if (names.length === 0) return undefined;
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]));
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
