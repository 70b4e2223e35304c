const firstDelaySeconds = 20;
const longestDelaySeconds = 15 * 60;

/**
 * SQS hides a message for at most 12 hours from its receipt; 15 minutes of them are left for the invocation.
 */
const sqsLimitSeconds = 12 * 3600 - 15 * 60;

/** Added to a wait that the other side asked for, so that not all pictures return in the same second. */
const spreadSeconds = 20;

/**
 * How long a picture stays away after its n-th receipt: 20 s doubling to 15 min with full jitter, and at
 * least as long as the other side asked. `random` is from 0 up to, not including, 1. Whole seconds, from 1 to
 * SQS's limit.
 */
export function retryDelaySeconds(
  receiveCount: number,
  retryAfterSeconds: number | undefined,
  random: number,
): number {
  const backoff = random * Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** (receiveCount - 1));
  const asked = retryAfterSeconds === undefined ? 0 : retryAfterSeconds + random * spreadSeconds;
  const delay = Math.max(backoff, asked);
  return Math.min(sqsLimitSeconds, Math.max(1, Math.ceil(delay)));
}

/** The date format that senders must use (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. */
const httpDate = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The seconds of a `Retry-After` header, a number or a date (RFC 9110, 10.2.3); undefined where it is
 * neither.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header);
  // Date.parse alone reads "-5" as a date.
  const dateMs = httpDate.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - nowMs) / 1000));
}
