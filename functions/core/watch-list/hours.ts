import { koreaOffsetMs } from '../capture/utc-moment.ts';
import { weekdays, type WatchEntry } from './watch-list.ts';

const minutesOfDay = 24 * 60;

/** A span within a day or over midnight, in minutes from midnight; the end is not included. */
type Hours = { readonly fromMinute: number; readonly toMinute: number };

/** Parses `HH:mm-HH:mm`; undefined where the text has another form, or the span is empty. */
export function parseHours(text: string): Hours | undefined {
  const [, from = '', to = ''] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
  if (fromMinute === undefined || toMinute === undefined) return undefined;
  return fromMinute === toMinute || fromMinute === minutesOfDay ? undefined : { fromMinute, toMinute };
}

/** Whether an entry holds at a moment (ISO 8601) at a camera. */
export function holdsAt(entry: WatchEntry, moment: string, camera: string): boolean {
  if (entry.validFrom !== undefined && moment < entry.validFrom) return false;
  if (entry.validUntil !== undefined && moment > entry.validUntil) return false;
  if (entry.cameras && !entry.cameras.includes(camera)) return false;
  return holdsAtTime(entry, Date.parse(moment));
}

/** Whether days and hours hold. The hours after midnight belong to the day on which their span began. */
export function holdsAtTime({ days, hours }: WatchEntry, momentMs: number): boolean {
  const span = hours === undefined ? undefined : parseHours(hours);
  const korea = new Date(momentMs + koreaOffsetMs);
  const minute = korea.getUTCHours() * 60 + korea.getUTCMinutes();
  const isOvernight = span !== undefined && span.toMinute < span.fromMinute;
  const isAfterMidnight = isOvernight && minute < span.toMinute;
  if (span) {
    const isWithin = isOvernight
      ? minute >= span.fromMinute || isAfterMidnight
      : minute >= span.fromMinute && minute < span.toMinute;
    if (!isWithin) return false;
  }
  const weekday = weekdays[(korea.getUTCDay() + (isAfterMidnight ? 6 : 0)) % 7];
  return days === undefined || (weekday !== undefined && days.includes(weekday));
}

function minuteOf(clock: string): number | undefined {
  const [hours = NaN, minutes = NaN] = clock.split(':').map(Number);
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= minutesOfDay ? minute : undefined;
}
