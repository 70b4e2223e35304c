import { amount } from '../../terminal/amount.ts';
import { startCounter } from '../../terminal/progress.ts';
import type { BackfillPicture } from './backfill-pictures.ts';

/** The pictures of a backfill, and what they would cost. */
type BackfillCost = {
  readonly pictures: number;
  /** Pictures with a final record. */
  readonly recorded: number;
  /** Pictures that have to be restored first. */
  readonly archived: number;
  /** Pictures whose size alone gets them rejected. */
  readonly rejected: number;
  /** Calls of the endpoint, if none has to be repeated. */
  readonly calls: number;
};

/** Counts pictures and calls without sending anything. */
export async function countCost(pictures: AsyncIterable<BackfillPicture>): Promise<BackfillCost> {
  const counter = startCounter('objects looked up');
  try {
    const counts = { recorded: 0, archived: 0, rejected: 0, unread: 0 };
    let total = 0;
    for await (const { kind } of pictures) {
      counts[kind] += 1;
      total += 1;
      counter.update(total);
    }
    const { unread: calls, ...others } = counts;
    return { pictures: total, ...others, calls };
  } finally {
    counter.stop();
  }
}

/** The cost for people, with the time that sending takes at `rate` pictures per second. */
export function describeCost(
  { pictures, recorded, archived, rejected, calls }: BackfillCost,
  rate: number,
): string {
  const seconds = Math.ceil((calls + rejected) / rate);
  const duration = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return (
    `${amount(pictures, 'picture')}: ${recorded.toLocaleString('en')} with a final record, ` +
    `${archived.toLocaleString('en')} archived, ${rejected.toLocaleString('en')} empty or too large, ` +
    `${calls.toLocaleString('en')} to read.\n` +
    `Cost: ${amount(calls, 'call')}. Sending takes ${duration} at ${rate} a second. Nothing was sent.\n`
  );
}
