import { koreaOffsetMs } from '../capture/utc-moment.ts';
import type { HeldOutcome } from '../record/outcome.ts';
import { koreaDayOf } from '../record/usage.ts';

/** The most calls of the endpoint in a calendar day and in a calendar month in Korea. */
export type CallCaps = { readonly perDay: number; readonly perMonth: number };

/** The cap where none is set: no stage ever calls so often. */
export const noCap = Number.MAX_SAFE_INTEGER;

/** What a call counts for: the day in Korea, `YYYY-MM-DD`, and its month, `YYYY-MM`. */
export type CallPeriod = { readonly day: string; readonly month: string };

/** The calls that are counted for a day and its month. */
export type CallCounts = { readonly ofDay: number; readonly ofMonth: number };

/**
 * The longest time until a held picture is tried again, in seconds: a cap that somebody raises, and an endpoint
 * that works again, let all pictures go within this time.
 */
export const longestHoldSeconds = 3600;

/** The period of a call at this time. */
export function callPeriodOf(nowMs: number): CallPeriod {
  const day = koreaDayOf(nowMs);
  return { day, month: day.slice(0, 'YYYY-MM'.length) };
}

/** The outcome of a picture that the caps forbid to send, by the counts that forbid it. */
export function heldByCap(counts: CallCounts, caps: CallCaps, nowMs: number): HeldOutcome {
  const isMonth = counts.ofMonth >= caps.perMonth;
  const secondsLeft = Math.ceil((endOf(isMonth ? 'month' : 'day', nowMs) - nowMs) / 1000);
  return {
    kind: 'held',
    by: 'call-cap',
    reason: isMonth
      ? {
          code: 'CALL_CAP_OF_MONTH',
          message: `The month's ${caps.perMonth} calls are used up; the picture is read next month, or when callCapPerMonth is raised.`,
        }
      : {
          code: 'CALL_CAP_OF_DAY',
          message: `The day's ${caps.perDay} calls are used up; the picture is read tomorrow, or when callCapPerDay is raised.`,
        },
    retryAfterSeconds: Math.min(longestHoldSeconds, Math.max(1, secondsLeft)),
  };
}

/** When the day or month in Korea of a time ends, in epoch milliseconds. */
function endOf(period: 'day' | 'month', nowMs: number): number {
  const inKorea = new Date(nowMs + koreaOffsetMs);
  const [year, month, date] = [inKorea.getUTCFullYear(), inKorea.getUTCMonth(), inKorea.getUTCDate()];
  const end = period === 'month' ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, date + 1);
  return end - koreaOffsetMs;
}
