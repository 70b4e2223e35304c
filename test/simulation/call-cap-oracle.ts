import type { Fact } from './history.ts';

/** Clocks differ by half a minute: a call so near to midnight may count for either day. */
const toleranceMs = 60_000;

const koreanDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Seoul' });

/** Compares the calls of each day and month in Korea with the caps, of which it keeps the highest. */
export function createCallCapOracle() {
  let caps = { perDay: Infinity, perMonth: Infinity };
  let isCapped = false;
  const calls = new Map<string, number>();

  /** One sentence where a call exceeds a cap. */
  function call(atMs: number): string[] {
    if (!isCapped) return [];
    const [day, other] = [atMs - toleranceMs, atMs + toleranceMs].map((ms) => koreanDay.format(ms));
    if (day === undefined || day !== other) return [];
    const ofDay = increase(day);
    const ofMonth = increase(day.slice(0, 7));
    return [
      ...(ofDay > caps.perDay ? [`call ${ofDay} of ${day}, where ${caps.perDay} are allowed`] : []),
      ...(ofMonth > caps.perMonth
        ? [`call ${ofMonth} of its month, where ${caps.perMonth} are allowed`]
        : []),
    ];
  }

  function increase(period: string): number {
    const count = (calls.get(period) ?? 0) + 1;
    calls.set(period, count);
    return count;
  }

  return {
    capped({ perDay, perMonth }: Extract<Fact, { readonly kind: 'capped' }>): void {
      caps = isCapped
        ? { perDay: Math.max(caps.perDay, perDay), perMonth: Math.max(caps.perMonth, perMonth) }
        : { perDay, perMonth };
      isCapped = true;
    },
    called: call,
    answered: (atMs: number, sent: number): string[] => (sent > 1 ? call(atMs) : []),
  };
}
