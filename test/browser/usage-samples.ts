import { koreaDayOf } from '../../functions/core/record/usage.ts';
import { putItems } from '../cli/put-items.ts';
import type { SampleConsole } from './sample-console.ts';

const dayMs = 24 * 3600_000;

/** Adds counters of three cameras for the days of this month before today. */
export async function addMonthOfUsage({ stack, dynamodb }: SampleConsole, nowMs: number): Promise<void> {
  const month = koreaDayOf(nowMs).slice(0, 7);
  const items = Array.from({ length: 31 }, (_, back) => koreaDayOf(nowMs - (back + 1) * dayMs))
    .filter((day) => day.startsWith(month))
    .flatMap((day) =>
      ['gate-north', 'gate-east', 'charging-bay'].map((camera, at) => {
        const reads = 260 - 70 * at + ((Number(day.slice(8)) * 37 + at * 11) % 60);
        const [noPlates, unreadable] = [12 + ((reads * 7) % 9), 4 + (reads % 5)];
        const pictures = reads + noPlates + unreadable + 1;
        return { day, camera, pictures, reads, noPlates, unreadable, rejected: 1, calls: pictures };
      }),
    );
  await putItems(dynamodb, stack.usageTableName, items);
}
