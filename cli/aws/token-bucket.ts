/**
 * Grants at most `perSecond` tokens for each second since the start, and at most those of one second at once.
 */
type TokenBucket = { take: (count: number) => Promise<void> };

const burstMs = 1000;

/** Creates an empty bucket. `now` is in milliseconds and never decreases. */
export function createTokenBucket(deps: {
  readonly perSecond: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}): TokenBucket {
  const { perSecond, now, sleep } = deps;
  /** Every token up to this time has been granted. */
  let grantedUntilMs = now();

  return {
    async take(count) {
      grantedUntilMs = Math.max(grantedUntilMs, now() - burstMs) + (count * 1000) / perSecond;
      for (let waitMs = grantedUntilMs - now(); waitMs > 0; waitMs = grantedUntilMs - now()) {
        await sleep(Math.ceil(waitMs));
      }
    },
  };
}
