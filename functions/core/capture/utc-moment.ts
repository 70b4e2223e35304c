import * as z from 'zod/mini';

/** The zone of a time that names none. Korea has no summer time. */
export const koreaZone = '+09:00';
/** How far the clocks of that zone are ahead of UTC. */
export const koreaOffsetMs = 9 * 3600 * 1000;

/** What a source says about the time of a capture. */
export type StatedMoment = {
  /** What it says, in its own words. */
  readonly text: string;
  /** In ISO 8601 in UTC with milliseconds; undefined where the text names no moment. */
  readonly moment: string | undefined;
};

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

/** A zone as `Z` or `+09:00`, from `Z`, `z`, `+09:00`, `+0900` or `+09`; undefined where the text is none. */
export function parseZone(text: string): string | undefined {
  if (/^z$/i.test(text)) return 'Z';
  const [, hours, minutes = '00'] = /^([+-]\d{2})(?::?(\d{2}))?$/.exec(text) ?? [];
  return hours && `${hours}:${minutes}`;
}

const extendedForm = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?$/;
const basicForm = /^(\d{4})(\d{2})(\d{2})[Tt ]?(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?$/;

/**
 * A moment with a zone in ISO 8601 as people's tools write it, in UTC with milliseconds: extended or basic
 * form, `T`, `t` or a blank, with or without seconds, every zone of `parseZone` with or without a blank before
 * it, and Java's name of the zone in brackets after it. Undefined for everything else.
 */
export function parseMoment(text: string): string | undefined {
  const [, local = '', zoneText = ''] =
    /^(.*\d) ?([Zz]|[+-]\d{2}(?::?\d{2})?)(?:\[[\w/+-]+\])?$/.exec(text.trim()) ?? [];
  const [, yyyy, MM, dd, HH, mm, ss = '00', fraction = ''] =
    extendedForm.exec(local) ?? basicForm.exec(local) ?? [];
  const zone = parseZone(zoneText);
  if (yyyy === undefined || zone === undefined) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  return utcMomentOfLocal(`${yyyy}-${MM}-${dd}T${HH}:${mm}:${ss}.${milliseconds}`, zone);
}

/** Parses a moment as `parseMoment` does. */
export const utcMoment = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const moment = parseMoment(text);
    if (moment !== undefined) return moment;
    context.issues.push({ code: 'custom', message: 'is not a moment', input: text });
    return z.NEVER;
  }),
);
