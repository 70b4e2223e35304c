import type { HourCounts } from '../../../functions/core/camera-health/hours.ts';
import type { Random } from '../random.ts';

const hourMs = 3_600_000;
const koreaOffsetMs = 9 * hourMs;
/** The last picture of an hour is read so long after it. */
const latestMs = 8 * 60_000;

/** How an hour goes for a camera: as usual, with far more misses, or with few pictures. */
type HourKind = 'usual' | 'degraded' | 'few';

const complete: Readonly<Record<HourKind, HourCounts>> = {
  usual: { reads: 38, noPlates: 1, unreadable: 1 },
  degraded: { reads: 10, noPlates: 12, unreadable: 18 },
  few: { reads: 1, noPlates: 0, unreadable: 1 },
};

/** The hours of two cameras: as usual before the history, and as drawn in it. */
export function drawCameraHours(random: Random, startMs: number) {
  const firstHour = startMs / hourMs;
  const drawn = new Map(
    ['in', 'alone'].map((camera) => [
      camera,
      Array.from({ length: 12 }, () => random.pick<HourKind>(['usual', 'usual', 'degraded', 'few'])),
    ]),
  );

  /** What is counted of an hour by now; its pictures are read in the order of their kinds. */
  const countedBy = (nowMs: number, hour: number, kind: HourKind): HourCounts => {
    const passed = Math.min(1, Math.max(0, (nowMs - hour * hourMs) / (hourMs + latestMs)));
    const { reads, noPlates, unreadable } = complete[kind];
    const part = (count: number) => Math.floor(count * passed);
    return { reads: part(reads), noPlates: part(noPlates), unreadable: part(unreadable) };
  };

  return {
    /** By camera, from the first hour of the history on. */
    kinds: drawn,
    ofDay: (day: string, nowMs: number): ReadonlyMap<string, readonly HourCounts[]> => {
      const dayHour = (Date.parse(day) - koreaOffsetMs) / hourMs;
      return new Map(
        [...drawn].map(([camera, kinds]) => [
          camera,
          Array.from({ length: 24 }, (_, hour) =>
            countedBy(nowMs, dayHour + hour, kinds[dayHour + hour - firstHour] ?? 'usual'),
          ),
        ]),
      );
    },
  };
}
