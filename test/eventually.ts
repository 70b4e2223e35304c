import { setTimeout as delay } from 'node:timers/promises';

const usualPatienceMs = 30_000;

/** Between two looks: a tenth of the time waited so far, so that a long wait costs the machine little. */
const shortestPauseMs = 10;
const longestPauseMs = 250;

/**
 * Looks until `look` finds something, and returns it. Throws when patience ends, with what it looked for and,
 * if given, what `lastSeen` tells. It looks once more after the deadline, since the machine may have stood
 * still.
 */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  {
    patienceMs = usualPatienceMs,
    lastSeen = () => undefined,
  }: { readonly patienceMs?: number; readonly lastSeen?: () => unknown } = {},
): Promise<Found> {
  const startMs = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startMs;
    const found = await look();
    if (found !== undefined) return found;
    if (waitedMs > patienceMs) {
      throw new Error(`There was no sign of ${what}; last seen: ${JSON.stringify(lastSeen())}`);
    }
    await delay(Math.min(longestPauseMs, Math.max(shortestPauseMs, waitedMs / 10)));
  }
}
