import { hourCounterOf, koreaDayOf } from '../../functions/core/record/usage.ts';
import { putItems } from '../cli/put-items.ts';
import type { SampleConsole } from './sample-console.ts';

const dayMs = 24 * 3600_000;

/** Pictures an hour at a gate, from midnight on. */
const traffic = [2, 1, 1, 1, 2, 5, 14, 32, 44, 36, 28, 27, 31, 29, 26, 25, 29, 40, 47, 35, 22, 14, 8, 4];
const cameras = [
  { camera: 'gate-north', size: 1, missedByDay: 0.04, missedAtNight: 0.05 },
  { camera: 'gate-east', size: 0.7, missedByDay: 0.05, missedAtNight: 0.38 },
  { camera: 'charging-bay', size: 0.3, missedByDay: 0.02, missedAtNight: 0.02 },
];

/** Adds counters of three cameras for the 30 days before today; a lamp glares at one of them. */
export async function addMonthOfUsage({ stack, dynamodb }: SampleConsole, nowMs: number): Promise<void> {
  const days = Array.from({ length: 30 }, (_, back) => koreaDayOf(nowMs - (back + 1) * dayMs));
  await putItems(
    dynamodb,
    stack.usageTableName,
    days.flatMap((day) => cameras.map((each) => ({ day, camera: each.camera, ...countsOf(day, each) }))),
  );
}

function countsOf(day: string, { size, missedByDay, missedAtNight }: (typeof cameras)[number]) {
  const busyness = 0.8 + ((Number(day.slice(8)) * 37) % 10) / 25;
  const hours = traffic.map((usual, hour) => {
    const pictures = Math.round(usual * size * busyness);
    const missed = Math.round(pictures * (hour >= 20 || hour < 7 ? missedAtNight : missedByDay));
    const unreadable = Math.ceil(missed / 2);
    return { reads: pictures - missed, noPlates: missed - unreadable, unreadable };
  });
  const sum = (name: 'reads' | 'noPlates' | 'unreadable') =>
    hours.reduce((total, each) => total + each[name], 0);
  const counts = { reads: sum('reads'), noPlates: sum('noPlates'), unreadable: sum('unreadable') };
  const pictures = counts.reads + counts.noPlates + counts.unreadable;
  return {
    ...{ ...counts, pictures: pictures + 1, rejected: 1, calls: pictures },
    ...Object.fromEntries(
      hours.flatMap((each, hour) =>
        (['reads', 'noPlates', 'unreadable'] as const)
          .filter((name) => each[name] > 0)
          .map((name) => [hourCounterOf(name, hour), each[name]] as const),
      ),
    ),
  };
}
