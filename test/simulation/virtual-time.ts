import type { Random } from './random.ts';

export type VirtualTime = ReturnType<typeof createVirtualTime>;

type Event = { readonly atMs: number; readonly order: number; readonly happen: () => void };

/**
 * One clock for a whole history: it stops while anything runs, and jumps to the next event when nothing does.
 */
export function createVirtualTime(startMs: number, random: Random) {
  /** The next event last. */
  const events: Event[] = [];
  let nowMs = startMs;
  let broken: { readonly error: unknown } | undefined;

  function at(atMs: number, happen: () => void): void {
    const event = { atMs: Math.max(atMs, nowMs), order: random.fraction(), happen };
    let index = events.length;
    for (let later = events[index - 1]; later && isBefore(later, event); later = events[index - 1]) index--;
    events.splice(index, 0, event);
  }

  return {
    nowMs: () => nowMs,
    at,
    sleep: (durationMs: number) =>
      new Promise<void>((resolve) => {
        at(nowMs + durationMs, resolve);
      }),

    /**
     * Ends the run with an error of the simulation itself, which the code under test could otherwise
     * handle as a fault of a service.
     */
    fail(error: unknown): void {
      broken ??= { error };
    },

    /** Until nothing is left to happen. */
    async run(): Promise<void> {
      for (let event = events.pop(); event; event = events.pop()) {
        nowMs = event.atMs;
        event.happen();
        // Everything that follows from an event without another one is microtasks, which run before the next
        // immediate.
        await new Promise(setImmediate);
        if (broken) throw broken.error;
      }
    },
  };
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
