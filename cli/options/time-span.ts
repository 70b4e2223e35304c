import { koreaZone, utcMomentOfLocal } from '../../functions/core/capture/utc-moment.ts';
import type { TimeSpan } from '../../functions/core/search/time-span.ts';

type ParsedTimeSpan =
  { readonly kind: 'span'; readonly span: TimeSpan } | { readonly kind: 'fault'; readonly message: string };

/** What the help of a verb says about the times it takes. */
export const timeHelp = `Times: 2026-11-22, 2026-11-22T14:30 or 2026-11-22T14:30:05 in Korea's time, the last
two also with a zone (Z, +09:00); or back from now: 90s, 15m, 2h, 3d. Both ends
are included: --until 2026-11-22 is until the end of that day.`;

/** Reads the options `--since` and `--until`; what is absent is open. */
export function parseTimeSpan(
  options: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
): ParsedTimeSpan {
  const since = options.since === undefined ? undefined : readPeriod(options.since, nowMs);
  const until = options.until === undefined ? undefined : readPeriod(options.until, nowMs);
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

/** What a text names: a day, a minute, a second or a moment; epoch milliseconds. */
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

const back = /^(?<count>\d{1,5})(?<unit>[smhd])$/;
const dateOrTime =
  /^(?<date>[12]\d{3}-\d{2}-\d{2})(?:[T ](?<minute>\d{2}:\d{2})(?::(?<second>\d{2})(?<fraction>\.\d{1,3})?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;

function readPeriod(text: string, nowMs: number): Period {
  const { count, unit = '' } = back.exec(text)?.groups ?? {};
  if (count !== undefined) {
    const momentMs = nowMs - Number(count) * (unitMs.get(unit) ?? NaN);
    return { kind: 'period', firstMs: momentMs, lastMs: momentMs };
  }
  const { date, minute, second, fraction, zone = koreaZone } = dateOrTime.exec(text)?.groups ?? {};
  if (date === undefined) return noTime(text);

  const milliseconds = (fraction ?? '.').padEnd('.000'.length, '0');
  const local = `${date}T${minute ?? '00:00'}:${second ?? '00'}${milliseconds}`;
  const moment = utcMomentOfLocal(local, zone);
  if (moment === undefined) {
    return { kind: 'fault', problem: `names a time that does not exist: ${text}` };
  }
  const firstMs = Date.parse(moment);
  const lengthMs = fraction ? 1 : second ? secondMs : minute ? minuteMs : dayMs;
  return { kind: 'period', firstMs, lastMs: firstMs + lengthMs - 1 };
}

function noTime(text: string): Period {
  return {
    kind: 'fault',
    problem: `names no time: ${text}. Write 2026-11-22 or 2026-11-22T14:30 (Korea's time, unless Z or +09:00 follows), or 90s, 15m, 2h, 3d back from now`,
  };
}

function fault(option: string, problem: string): ParsedTimeSpan {
  return { kind: 'fault', message: `${option} ${problem}.` };
}
