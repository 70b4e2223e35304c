import type { BreakerStore } from '../adapters/breaker-store.ts';
import type { HeldOutcome } from '../core/record/outcome.ts';
import { afterRefusal, heldByBreaker, isOpen, probeIntervalMs, type Breaker } from '../core/spend/breaker.ts';

/** How long one sandbox knows the row of refusals: it then learns what the others changed. */
const cacheMs = 60_000;

export type CallBreaker = ReturnType<typeof createCallBreaker>;

/**
 * Holds pictures while the endpoint is gone or refuses the keys, and lets one through now and then. All
 * invocations share its state; a sandbox that works reads it once a minute.
 */
export function createCallBreaker({
  store,
  now,
}: {
  readonly store: BreakerStore;
  readonly now: () => number;
}) {
  let latest: { readonly row: Promise<Breaker | undefined>; readonly readAtMs: number } | undefined;

  return { prepare: current, enter, refused, answered };

  /** Throws an OutsideError `DYNAMODB_…` where the state cannot be read, as `refused` and `answered` do. */
  function current(): Promise<Breaker | undefined> {
    if (latest && now() - latest.readAtMs < cacheMs) return latest.row;
    const reading = { row: store.read(), readAtMs: now() };
    latest = reading;
    reading.row.catch(() => {
      if (latest === reading) latest = undefined;
    });
    return reading.row;
  }

  /**
   * Resolves to why a picture must not be sent, or to undefined. A state that cannot be read holds nothing: the
   * usage table may fail without harm to a picture.
   */
  async function enter(): Promise<HeldOutcome | undefined> {
    const row = await current().catch(() => undefined);
    if (!row || !isOpen(row)) return undefined;
    return (await takeProbe(row).catch(() => false)) ? undefined : heldByBreaker;
  }

  async function takeProbe(row: Breaker): Promise<boolean> {
    const nowMs = now();
    return row.probeAfter <= nowMs && (await replace(row, { ...row, probeAfter: nowMs + probeIntervalMs }));
  }

  /** The endpoint is gone or refuses the keys. Resolves to why the picture is held, if it is. */
  async function refused(): Promise<HeldOutcome | undefined> {
    const before = await current();
    const after = afterRefusal(before, now());
    const isNews = !before || isOpen(after) || after.refusedUntil - before.refusedUntil >= cacheMs;
    if (isNews) await replace(before, after);
    return isOpen(after) ? heldByBreaker : undefined;
  }

  /** The endpoint looked at a picture: the row of refusals ends. */
  async function answered(): Promise<void> {
    const before = await current();
    if (before) await replace(before, undefined);
  }

  async function replace(before: Breaker | undefined, after: Breaker | undefined): Promise<boolean> {
    latest = undefined;
    const isReplaced = await store.replace(before, after);
    if (isReplaced) latest = { row: Promise.resolve(after), readAtMs: now() };
    return isReplaced;
  }
}
