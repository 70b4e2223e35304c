/** How long a delivery is repeated before it goes to the dead-letter queue. */
export const longestDeliveryMs = 3 * 24 * 3600 * 1000;

const firstDelaySeconds = 20;
/** Also the longest wait that a receiver can ask for with `Retry-After`. */
const longestDelaySeconds = 3600;

/**
 * When a delivery that did not succeed is repeated: after about as long as it has been on its way, so that its
 * waits double from 20 seconds to an hour. `random` is from 0 up to, not including, 1. It is given up three
 * days after it was queued.
 */
export function nextAttempt(facts: {
  /** Milliseconds since the delivery was queued. */
  readonly ageMs: number;
  /** Milliseconds until the webhook's pause ends; 0 or less without one. */
  readonly pauseMs: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly random: number;
}): { readonly kind: 'repeat'; readonly delaySeconds: number } | { readonly kind: 'give-up' } {
  const { ageMs, pauseMs, retryAfterSeconds = 0, random } = facts;
  if (ageMs >= longestDeliveryMs) return { kind: 'give-up' };
  // Spread over half the wait, so that not all deliveries return in the same second.
  const backOff = spread(Math.max(firstDelaySeconds, ageMs / 1000), random);
  const asked = Math.max(retryAfterSeconds, pauseMs / 1000);
  const delaySeconds = Math.ceil(Math.max(backOff, asked === 0 ? 0 : asked + random * firstDelaySeconds));
  return { kind: 'repeat', delaySeconds: Math.min(longestDelaySeconds, Math.max(1, delaySeconds)) };
}

function spread(seconds: number, random: number): number {
  return Math.min(longestDelaySeconds, seconds) * (0.5 + random / 2);
}

/** Failures in a row after which a webhook is paused. */
export const failuresBeforePause = 5;

const firstPauseMs = 30_000;
const longestPauseMs = 15 * 60_000;

/**
 * How long nothing is sent to a webhook after so many failures in a row: 0 for the first few, then 30 seconds
 * doubling to 15 minutes. After a pause one delivery tries again.
 */
export function pauseMsAfter(failures: number): number {
  if (failures < failuresBeforePause) return 0;
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, failures - failuresBeforePause));
}
