/** Grants tokens at a rate: never more than `perSecond` for each second since the start, and never more than a second's worth at once. */
type TokenBucket = { take: (count: number) => Promise<void> };

const burstMs = 1000;

/** An empty bucket. `now` is in milliseconds and never goes back. */
export function createTokenBucket(deps: {
  readonly perSecond: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}): TokenBucket {
  const { perSecond, now, sleep } = deps;
  /** Up to this time every token was granted. */
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
