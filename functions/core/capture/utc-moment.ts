import * as z from 'zod/mini';

/** The zone of a time that names none: Korea's, which has no summer time. */
export const koreaZone = '+09:00';
/** How far clocks of that zone are ahead of UTC. */
export const koreaOffsetMs = 9 * 3600 * 1000;

/**
 * A moment as ISO 8601 in UTC with milliseconds; undefined where the text names none. Years beyond 0 to 9999, into which an offset can lead,
 * count as none: their text would sort wrongly in the indexes.
 */
function utcMomentOf(text: string): string | undefined {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const moment = date.toISOString();
  return /^\d{4}-/.test(moment) ? moment : undefined;
}

/**
 * The moment at which clocks of `zone` (`Z` or `+09:00`) show `local` (`yyyy-MM-ddTHH:mm:ss.sss`), as ISO 8601 in UTC; undefined where
 * they never do.
 */
export function utcMomentOfLocal(local: string, zone: string): string | undefined {
  // Date would read 31 February as 3 March, so what was written is held against what comes back.
  return utcMomentOf(`${local}Z`) === `${local}Z` ? utcMomentOf(`${local}${zone}`) : undefined;
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
