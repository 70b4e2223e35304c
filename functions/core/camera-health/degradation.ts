import * as z from 'zod/mini';
import type { EventBuilder } from '../event/build-event.ts';
import { platelineEvent, type PlatelineEvent } from '../event/event.ts';
import { placeOf, type SiteSettings } from '../visit/site-settings.ts';
import { hourMs, type CameraHours, type Degradation, type HourCounts } from './hours.ts';

/** What is known of all cameras. What a change announces waits in it until it is published. */
export const healthState = z.object({
  /** The hour since 1970 that was judged last. */
  judgedHour: z.exactOptional(z.number()),
  /** Cameras that read worse than usual, which was announced. */
  degraded: z.readonly(z.array(z.string())),
  unpublished: z.readonly(z.array(platelineEvent)),
});
export type HealthState = Readonly<z.infer<typeof healthState>>;

/** The state before the first hour. */
export const unknownHealth: HealthState = { degraded: [], unpublished: [] };

/** So long after an hour most of its pictures are read; those that come later are not judged. */
const graceMs = 10 * 60_000;
/** An invocation that comes late judges these hours in turn. */
const mostHoursAtOnce = 6;
const fewestPictures = 20;
/** Pictures of one car fail together, so that so many say no more than one. */
const picturesOfCar = 2;
/** Where one hour has too few pictures, the hours before it are judged with it. */
const longestWindow = 6;
/** The usual share is that of the same hours of these days: a night differs from a day. */
const usualDays = 7;
const fewestUsualDays = 3;
const fewestUsualPictures = 3 * fewestPictures;
/** How far a share must be above the usual one, and how close to it the camera is as usual again. */
const farAbove = 0.2;
const closeTo = 0.1;
/** 100 cameras are judged 876,000 times a year: chance alone leads to about one event of them all. */
const leastChance = 1e-6;
/** An item of DynamoDB has 400 KB at most. Further cameras are reported when others have recovered. */
const mostDegraded = 200;

/** The last hour since 1970 that can be judged now. */
export function lastJudgeableHour(nowMs: number): number {
  return Math.floor((nowMs - graceMs) / hourMs) - 1;
}

/** The hours since 1970, first and last, whose counts are needed to judge all hours until now. */
export function hoursNeeded(nowMs: number): { readonly first: number; readonly last: number } {
  const last = lastJudgeableHour(nowMs);
  return { first: last - mostHoursAtOnce - longestWindow - 24 * usualDays, last };
}

/** Judges every hour that has ended since the last time. */
export function advanceHealth(
  state: HealthState,
  cameras: ReadonlyMap<string, CameraHours>,
  settings: SiteSettings,
  events: EventBuilder,
  nowMs: number,
): HealthState {
  const last = lastJudgeableHour(nowMs);
  const degraded = new Set(state.degraded);
  const unpublished: PlatelineEvent[] = [...state.unpublished];
  for (
    let hour = Math.max((state.judgedHour ?? last - 1) + 1, last - mostHoursAtOnce + 1);
    hour <= last;
    hour += 1
  ) {
    for (const camera of degraded) if (!cameras.has(camera)) degraded.delete(camera);
    for (const [camera, hours] of cameras) {
      const verdict = judgeHour(hours, hour);
      if (verdict.kind === 'usual') degraded.delete(camera);
      if (verdict.kind !== 'degraded' || degraded.has(camera) || degraded.size >= mostDegraded) continue;
      degraded.add(camera);
      const { site } = placeOf(settings, camera);
      unpublished.push(events.cameraDegraded(site, { camera, ...verdict.degradation }));
    }
  }
  return { judgedHour: last, degraded: [...degraded].toSorted(), unpublished };
}

/** `unclear`: too few pictures, or between the two. */
type Verdict =
  | { readonly kind: 'usual' | 'unclear' }
  | { readonly kind: 'degraded'; readonly degradation: Omit<Degradation, 'camera'> };

function judgeHour(hours: CameraHours, hour: number): Verdict {
  const windowOf = (length: number, last: number) =>
    sumOf(Array.from({ length }, (_, index) => hours.get(last - index)));
  for (let length = 1; length <= longestWindow; length += 1) {
    const counts = windowOf(length, hour);
    const pictures = picturesOf(counts);
    if (pictures < fewestPictures) continue;
    const days = Array.from({ length: usualDays }, (_, index) => windowOf(length, hour - 24 * (index + 1)));
    const usual = sumOf(days);
    const usualPictures = picturesOf(usual);
    const isKnown =
      usualPictures >= fewestUsualPictures &&
      days.filter((day) => picturesOf(day) > 0).length >= fewestUsualDays;
    if (!isKnown) return { kind: 'unclear' };
    const misses = missesOf(counts);
    // One miss and one read more: a camera that never missed a plate can miss one.
    const expected = (missesOf(usual) + 1) / (usualPictures + 2);
    const above = misses / pictures - expected;
    if (above < closeTo) return { kind: 'usual' };
    const [missed, cars] = [Math.floor(misses / picturesOfCar), Math.ceil(pictures / picturesOfCar)];
    if (above < farAbove || chanceOfAtLeast(missed, cars, expected) >= leastChance)
      return { kind: 'unclear' };
    const usualShare = missesOf(usual) / usualPictures;
    return { kind: 'degraded', degradation: { from: hour - length + 1, to: hour + 1, counts, usualShare } };
  }
  return { kind: 'unclear' };
}

/** How likely at least so many misses are among cars of which each is missed with the same chance. */
function chanceOfAtLeast(misses: number, cars: number, chance: number): number {
  let logOfTerm = cars * Math.log(1 - chance);
  let sum = 0;
  for (let count = 0; count <= cars; count += 1) {
    if (count >= misses) sum += Math.exp(logOfTerm);
    logOfTerm += Math.log((cars - count) / (count + 1)) + Math.log(chance / (1 - chance));
  }
  return sum;
}

function sumOf(counts: readonly (HourCounts | undefined)[]): HourCounts {
  const sum = (name: keyof HourCounts) => counts.reduce((total, each) => total + (each?.[name] ?? 0), 0);
  return { reads: sum('reads'), noPlates: sum('noPlates'), unreadable: sum('unreadable') };
}

function missesOf({ noPlates, unreadable }: HourCounts): number {
  return noPlates + unreadable;
}

function picturesOf(counts: HourCounts): number {
  return counts.reads + missesOf(counts);
}
