import * as z from 'zod/mini';

/**
 * A moment as ISO 8601 in UTC with milliseconds; undefined where the text names none. Years beyond 0 to 9999, into which an offset can lead,
 * count as none: their text would sort wrongly in the indexes.
 */
export function utcMomentOf(text: string): string | undefined {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const moment = date.toISOString();
  return /^\d{4}-/.test(moment) ? moment : undefined;
}

/** A moment with its zone in ISO 8601, read as UTC. */
export const utcMoment = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text, context) => {
    const moment = utcMomentOf(text);
    if (moment !== undefined) return moment;
    context.issues.push({ code: 'custom', message: 'is no moment', input: text });
    return z.NEVER;
  }),
);
