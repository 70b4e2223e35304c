import * as z from 'zod/mini';

/** The zone of a time that names none. Korea has no summer time. */
export const koreaZone = '+09:00';
/** How far the clocks of that zone are ahead of UTC. */
export const koreaOffsetMs = 9 * 3600 * 1000;

/**
 * A moment as ISO 8601 in UTC with milliseconds; undefined where the text names none. An offset can lead
 * beyond the years 0 to 9999: such a moment counts as none, since its text would sort wrongly in the indexes.
 */
function utcMomentOf(text: string): string | undefined {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const moment = date.toISOString();
  return /^\d{4}-/.test(moment) ? moment : undefined;
}

/**
 * The moment, in ISO 8601 in UTC, at which clocks of `zone` (`Z` or `+09:00`) show `local`
 * (`yyyy-MM-ddTHH:mm:ss.sss`); undefined where they never show it.
 */
export function utcMomentOfLocal(local: string, zone: string): string | undefined {
  // Date reads 31 February as 3 March, so the text must equal its own result.
  return utcMomentOf(`${local}Z`) === `${local}Z` ? utcMomentOf(`${local}${zone}`) : undefined;
}

/** Parses a moment in ISO 8601 with a zone, and returns it in UTC. */
export const utcMoment = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text, context) => {
    const moment = utcMomentOf(text);
    if (moment !== undefined) return moment;
    context.issues.push({ code: 'custom', message: 'is not a moment', input: text });
    return z.NEVER;
  }),
);
