import type { HeldOutcome } from '../record/outcome.ts';

/**
 * A row of refusals: the endpoint is gone or refuses the keys, and has answered about no picture in between.
 * Times are epoch milliseconds.
 */
export type Breaker = {
  readonly refusedFrom: number;
  readonly refusedUntil: number;
  /** While the breaker is open: the time from which one picture may be sent; else 0. */
  readonly probeAfter: number;
};

/** Refusals for so long open the breaker. */
const opensAfterMs = 3600_000;
/** A refused picture is tried again within 15 minutes. Without a refusal for longer than this, a row ends. */
const longestGapMs = 30 * 60_000;
/** While the breaker is open, one picture is sent in each such time. */
export const probeIntervalMs = 15 * 60_000;
const holdSeconds = 30 * 60;

/** Whether pictures are held, but for a probe now and then. */
export function isOpen({ refusedFrom, refusedUntil }: Breaker): boolean {
  return refusedUntil - refusedFrom >= opensAfterMs;
}

/** What a refusal at this time makes of the row before it. */
export function afterRefusal(before: Breaker | undefined, nowMs: number): Breaker {
  const goesOn = before && (isOpen(before) || nowMs - before.refusedUntil <= longestGapMs);
  const row = { refusedFrom: goesOn ? before.refusedFrom : nowMs, refusedUntil: nowMs, probeAfter: 0 };
  return isOpen(row) ? { ...row, probeAfter: nowMs + probeIntervalMs } : row;
}

/** The outcome of a picture that is not sent because the breaker is open. */
export const heldByBreaker: HeldOutcome = {
  kind: 'held',
  by: 'breaker',
  reason: {
    code: 'BREAKER_OPEN',
    message:
      'For more than an hour the endpoint was gone or refused the keys; one picture is tried every 15 minutes, and all are read once one is answered.',
  },
  retryAfterSeconds: holdSeconds,
};
