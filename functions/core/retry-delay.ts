const firstDelaySeconds = 20;
const longestDelaySeconds = 15 * 60;

/** SQS lets a message stay invisible for 12 hours from its receipt; a quarter of an hour is left for the invocation itself. */
const sqsLimitSeconds = 12 * 3600 - 15 * 60;

/** Spread on top of a wait that the other side named, so that not all pictures return in the same second. */
const spreadSeconds = 20;

/**
 * How long a picture stays away after its n-th receipt: 20 s doubling to 15 min with full jitter, or as long as the other side
 * asked. `random` is 0 up to, not including, 1. Whole seconds, 1 to SQS's limit.
 */
export function retryDelaySeconds(
  receiveCount: number,
  retryAfterSeconds: number | undefined,
  random: number,
): number {
  const delay =
    retryAfterSeconds === undefined
      ? random * Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** (receiveCount - 1))
      : retryAfterSeconds + random * spreadSeconds;
  return Math.min(sqsLimitSeconds, Math.max(1, Math.ceil(delay)));
}

/** Seconds that a `Retry-After` header asks for, as a number or a date (RFC 9110, 10.2.3); undefined where it says neither. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - nowMs) / 1000));
}
