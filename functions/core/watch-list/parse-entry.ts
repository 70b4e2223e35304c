import { classifyPlate } from '../plate/classify-plate.ts';
import { holdsAtTime, parseHours } from './hours.ts';
import { weekdays, type WatchEntry } from './watch-list.ts';

/** An entry as a person wrote it; moments are ISO 8601 in UTC with milliseconds. */
type WrittenEntry = {
  readonly plate: string;
  readonly note?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
  /** Such as `mon,tue` or `mon-fri`. */
  readonly days?: string | undefined;
  /** Such as `22:00-06:00`. */
  readonly hours?: string | undefined;
  readonly cameras?: readonly string[] | undefined;
};

/** Why an entry could never match: a stable code, and a sentence. */
type EntryFault = { readonly code: EntryFaultCode; readonly message: string };
type EntryFaultCode =
  | 'PATTERN'
  | 'NO_TEXT'
  | 'NOT_A_PLATE'
  | 'LONG_NOTE'
  | 'ENDS_FIRST'
  | 'HAS_ENDED'
  | 'WRONG_HOURS'
  | 'WRONG_DAYS'
  | 'NEVER_VALID';

type ParsedEntry =
  { readonly kind: 'entry'; readonly entry: WatchEntry } | ({ readonly kind: 'refused' } & EntryFault);

const longestNote = 200;

/**
 * Brings an entry into the form in which reads are compared, so that case, spaces or NFD never keep it from
 * matching. Refuses one that could never match.
 */
export function parseEntry(written: WrittenEntry, now: string): ParsedEntry {
  const plateFault = faultOf(written.plate);
  if (plateFault !== undefined) return { kind: 'refused', ...plateFault };
  const { note, validFrom, validUntil, hours } = written;
  if ((note?.length ?? 0) > longestNote)
    return refused('LONG_NOTE', `The note has more than ${longestNote} characters.`);
  if (validFrom !== undefined && validUntil !== undefined && validUntil < validFrom) {
    return refused('ENDS_FIRST', 'The entry would end before it begins.');
  }
  if (validUntil !== undefined && validUntil < now)
    return refused('HAS_ENDED', 'The entry has ended already.');
  if (hours !== undefined && !parseHours(hours)) {
    return refused('WRONG_HOURS', `${hours} are no hours. Write two different times such as 22:00-06:00.`);
  }
  const days = written.days === undefined ? undefined : parseDays(written.days);
  if (days?.length === 0)
    return refused('WRONG_DAYS', `${written.days ?? ''} are no days. Write mon-fri or sat,sun.`);
  const cameras = written.cameras?.filter((camera) => camera !== '');
  const entry: WatchEntry = {
    plateKey: classifyPlate(written.plate).plateKey,
    ...(note === undefined || note === '' ? {} : { note: note.normalize('NFC') }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(days === undefined ? {} : { days }),
    ...(hours === undefined ? {} : { hours }),
    ...(cameras === undefined || cameras.length === 0 ? {} : { cameras }),
  };
  return holdsEver(entry)
    ? { kind: 'entry', entry }
    : refused(
        'NEVER_VALID',
        'The days and hours are at no time between the beginning and the end of the entry.',
      );
}

/** Why no read can have this plate; undefined where one can. */
function faultOf(plate: string): EntryFault | undefined {
  if (/[*?＊？]/.test(plate)) {
    const message = `${plate} is a pattern. A list has whole plates; the strength of the list finds similar ones.`;
    return { code: 'PATTERN', message };
  }
  const { plateKey, plateClass, verdict, faults } = classifyPlate(plate);
  const [fault = ''] = faults;
  if (plateKey === '') {
    return { code: 'NO_TEXT', message: 'Nothing is left of the plate without spaces and hyphens.' };
  }
  const isNoPlate = verdict === 'suspect' && plateClass === 'undetermined';
  if (!isNoPlate && !fault.startsWith('the serial')) return undefined;
  return { code: 'NOT_A_PLATE', message: `${plate} is no plate: ${fault}.` };
}

/** Parses `mon-fri` or `sat,sun`, in any case; empty where a part names no day. */
function parseDays(text: string): readonly (typeof weekdays)[number][] {
  const chosen = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [from = -1, to = from, ...more] = part
      .split('-')
      .map((name) => weekdays.findIndex((weekday) => weekday === name.trim()));
    if (from < 0 || to < 0 || more.length > 0) return [];
    for (let day = from; ; day = (day + 1) % 7) {
      chosen.add(day);
      if (day === to) break;
    }
  }
  return weekdays.filter((_, day) => chosen.has(day));
}

/** Days and hours repeat every week, so eight days show all of them. */
function holdsEver(entry: WatchEntry): boolean {
  if (entry.validFrom === undefined || entry.validUntil === undefined) return true;
  const [minuteMs, weekMs] = [60_000, 8 * 24 * 3600 * 1000];
  const firstMs = Date.parse(entry.validFrom);
  const lastMs = Math.min(Date.parse(entry.validUntil), firstMs + weekMs);
  for (let momentMs = firstMs; momentMs <= lastMs; momentMs += minuteMs) {
    if (holdsAtTime(entry, momentMs)) return true;
  }
  return holdsAtTime(entry, lastMs);
}

function refused(code: EntryFaultCode, message: string): ParsedEntry {
  return { kind: 'refused', code, message };
}
