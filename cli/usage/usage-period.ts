import { koreaZone } from '../../functions/core/capture/utc-moment.ts';
import { koreaDayOf } from '../../functions/core/record/usage.ts';
import { daysOf, type DaySpan } from '../aws/usage-items.ts';
import { parseTimeSpan } from '../options/time-span.ts';

/** The days to show. */
export type UsagePeriod = DaySpan & {
  /** `yyyy-MM`; only if the days are those of a month. */
  readonly month?: string;
};

/** A period, or what is wrong with the options. */
type ParsedUsagePeriod =
  | { readonly kind: 'period'; readonly period: UsagePeriod }
  | { readonly kind: 'fault'; readonly message: string };

const dayMs = 24 * 60 * 60 * 1000;

/** Each day is a query. */
const maxDays = 400;

/**
 * Parses the options of the command: a month, or a first and a last day, by default this month. Future days
 * are left out.
 */
export function parseUsagePeriod(
  options: {
    readonly month?: string | undefined;
    readonly since?: string | undefined;
    readonly until?: string | undefined;
  },
  nowMs: number,
): ParsedUsagePeriod {
  if (options.since === undefined && options.until === undefined) {
    return monthPeriod(options.month ?? koreaDayOf(nowMs).slice(0, 7), nowMs);
  }
  if (options.month !== undefined) return fault('--month cannot be combined with --since or --until.');
  if (options.since === undefined) return fault('--until needs --since.');

  const parsed = parseTimeSpan(options, nowMs);
  if (parsed.kind === 'fault') return parsed;
  const { since = '', until } = parsed.span;
  const period = {
    firstDay: koreaDayOf(Date.parse(since)),
    lastDay: koreaDayOf(until === undefined ? nowMs : Math.min(nowMs, Date.parse(until))),
  };
  if (period.firstDay > period.lastDay) return fault('--since is in the future.');
  if (daysOf(period).length > maxDays) return fault(`The period has more than ${maxDays} days.`);
  return { kind: 'period', period };
}

/** The days of a month that have passed, with the fraction of today. */
export function monthProgress(
  month: string,
  nowMs: number,
): { readonly daysPassed: number; readonly daysInMonth: number } {
  const beginsMs = Date.parse(`${month}-01T00:00:00${koreaZone}`);
  const daysInMonth = Number(lastDayOf(month).slice(8));
  return { daysPassed: Math.min(daysInMonth, (nowMs - beginsMs) / dayMs), daysInMonth };
}

function monthPeriod(month: string, nowMs: number): ParsedUsagePeriod {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    return fault(`--month is not a month: ${month}. Write it as 2026-11.`);
  const today = koreaDayOf(nowMs);
  const firstDay = `${month}-01`;
  if (firstDay > today) return fault(`--month is in the future: ${month}.`);
  const lastDay = lastDayOf(month);
  return { kind: 'period', period: { firstDay, lastDay: lastDay < today ? lastDay : today, month } };
}

function lastDayOf(month: string): string {
  const lastDay = new Date(`${month}-01`);
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  return lastDay.toISOString().slice(0, 10);
}

function fault(message: string): ParsedUsagePeriod {
  return { kind: 'fault', message };
}
