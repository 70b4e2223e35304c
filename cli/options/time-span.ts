import { koreaZone, utcMomentOfLocal } from '../../functions/core/capture/utc-moment.ts';
import type { TimeSpan } from '../../functions/core/search/time-span.ts';

/** A span, or what is wrong with the options. */
type ParsedTimeSpan =
  { readonly kind: 'span'; readonly span: TimeSpan } | { readonly kind: 'fault'; readonly message: string };

/** For the help of each command with these options. */
export const timeHelp = `Times: 2026-11-22, 2026-11-22T14:30 or 2026-11-22T14:30:05 in Korea's time, the last
two also with a zone (Z, +09:00); or a time before now: 90s, 15m, 2h, 3d. Both ends
are included: --until 2026-11-22 includes all of that day.`;

/** Parses the options `--since` and `--until`; the span is open where one is absent. */
export function parseTimeSpan(
  options: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
): ParsedTimeSpan {
  const since = options.since === undefined ? undefined : parsePeriod(options.since, nowMs);
  const until = options.until === undefined ? undefined : parsePeriod(options.until, nowMs);
  if (since?.kind === 'fault') return fault('--since', since.problem);
  if (until?.kind === 'fault') return fault('--until', until.problem);
  if (since && until && since.firstMs > until.lastMs) return fault('--since', 'is later than --until');
  return {
    kind: 'span',
    span: {
      ...(since && { since: new Date(since.firstMs).toISOString() }),
      ...(until && { until: new Date(until.lastMs).toISOString() }),
    },
  };
}

/** The day, minute, second or moment that a text names, in epoch milliseconds. */
type Period =
  | { readonly kind: 'period'; readonly firstMs: number; readonly lastMs: number }
  | { readonly kind: 'fault'; readonly problem: string };

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const unitMs = new Map([
  ['s', secondMs],
  ['m', minuteMs],
  ['h', hourMs],
  ['d', dayMs],
]);

const beforeNow = /^(?<count>\d{1,5})(?<unit>[smhd])$/;
const dateOrTime =
  /^(?<date>[12]\d{3}-\d{2}-\d{2})(?:[T ](?<minute>\d{2}:\d{2})(?::(?<second>\d{2})(?<fraction>\.\d{1,3})?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;

/** Parses what one option about a time can say. */
export function parsePeriod(text: string, nowMs: number): Period {
  const { count, unit = '' } = beforeNow.exec(text)?.groups ?? {};
  if (count !== undefined) {
    const momentMs = nowMs - Number(count) * (unitMs.get(unit) ?? NaN);
    return { kind: 'period', firstMs: momentMs, lastMs: momentMs };
  }
  const { date, minute, second, fraction, zone = koreaZone } = dateOrTime.exec(text)?.groups ?? {};
  if (date === undefined) return notATime(text);

  const milliseconds = (fraction ?? '.').padEnd('.000'.length, '0');
  const local = `${date}T${minute ?? '00:00'}:${second ?? '00'}${milliseconds}`;
  const moment = utcMomentOfLocal(local, zone);
  if (moment === undefined) {
    return { kind: 'fault', problem: `is a time that does not exist: ${text}` };
  }
  const firstMs = Date.parse(moment);
  const lengthMs = fraction ? 1 : second ? secondMs : minute ? minuteMs : dayMs;
  return { kind: 'period', firstMs, lastMs: firstMs + lengthMs - 1 };
}

function notATime(text: string): Period {
  return {
    kind: 'fault',
    problem: `is not a time: ${text}. Write 2026-11-22 or 2026-11-22T14:30 (Korea's time, unless Z or +09:00 follows), or a time before now: 90s, 15m, 2h, 3d`,
  };
}

function fault(option: string, problem: string): ParsedTimeSpan {
  return { kind: 'fault', message: `${option} ${problem}.` };
}
