import { hourCounterOf, type UsageIncrement } from '../../functions/core/record/usage.ts';

/** Pictures of one hour of the day in Korea, by what they were; days are summed. */
type HourCounts = { readonly reads: number; readonly noPlates: number; readonly unreadable: number };

/** The 24 hours of the day, from midnight in Korea. */
export function hoursOf(items: readonly UsageIncrement[]): HourCounts[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const sum = (counter: keyof HourCounts) =>
      items.reduce((total, { hours = {} }) => total + (hours[hourCounterOf(counter, hour)] ?? 0), 0);
    return { reads: sum('reads'), noPlates: sum('noPlates'), unreadable: sum('unreadable') };
  });
}

/** The share of pictures without a read plate, 0 to 1; undefined where there are too few to say. */
type MissShares = { readonly day: number | undefined; readonly night: number | undefined };

const fewestPictures = 20;
const firstNightHour = 20;
const firstDayHour = 7;

/** Night is from 20:00 to 7:00, when lamps and headlights are the light. */
export function missSharesOf(hours: readonly HourCounts[]): MissShares {
  const isNight = (hour: number) => hour >= firstNightHour || hour < firstDayHour;
  return {
    day: missShareOf(hours.filter((_, hour) => !isNight(hour))),
    night: missShareOf(hours.filter((_, hour) => isNight(hour))),
  };
}

function missShareOf(hours: readonly HourCounts[]): number | undefined {
  const misses = hours.reduce((sum, { noPlates, unreadable }) => sum + noPlates + unreadable, 0);
  const pictures = misses + hours.reduce((sum, { reads }) => sum + reads, 0);
  return pictures < fewestPictures ? undefined : misses / pictures;
}

/** A lamp that glares, or headlights: so much more is missed at night than by day. */
const glareRatio = 2;
const glareDifference = 0.1;

/** Whether a person should look at what lights the camera at night. */
export function mayGlare({ day, night }: MissShares): boolean {
  if (day === undefined || night === undefined) return false;
  return night >= day * glareRatio && night - day >= glareDifference;
}
