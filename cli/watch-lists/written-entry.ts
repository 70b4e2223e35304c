import { parsePeriod } from '../options/time-span.ts';
import { parseEntry } from '../../functions/core/watch-list/parse-entry.ts';
import type { ListSettings, WatchEntry } from '../../functions/core/watch-list/watch-list.ts';
import { cameraFault } from './list-settings.ts';

/** An entry as the options of a command or the cells of a file have it; an empty text says nothing. */
export type WrittenCells = {
  readonly plate: string;
  readonly note?: string;
  readonly from?: string;
  readonly until?: string;
  readonly days?: string;
  readonly hours?: string;
  readonly cameras?: readonly string[];
};

/** Why an entry could never match: a stable code, and a sentence. */
export type Refusal = { readonly code: string; readonly message: string };

type ReadEntry =
  { readonly kind: 'entry'; readonly entry: WatchEntry } | ({ readonly kind: 'refused' } & Refusal);

/** Reads an entry for a list with these settings; refuses one that could never match, with the reason. */
export function readEntry(cells: WrittenCells, list: ListSettings, nowMs: number): ReadEntry {
  const { plate, note, days, hours, cameras } = cells;
  const from = momentOf(cells.from, nowMs);
  if (from.kind === 'fault') return refused('WRONG_TIME', `The beginning ${from.problem}.`);
  const until = momentOf(cells.until, nowMs);
  if (until.kind === 'fault') return refused('WRONG_TIME', `The end ${until.problem}.`);
  const parsed = parseEntry(
    {
      plate,
      note: saidBy(note),
      validFrom: from.period && new Date(from.period.firstMs).toISOString(),
      validUntil: until.period && new Date(until.period.lastMs).toISOString(),
      days: saidBy(days),
      hours: saidBy(hours),
      cameras,
    },
    new Date(nowMs).toISOString(),
  );
  if (parsed.kind === 'refused') return parsed;
  const message = cameraFault(parsed.entry, list);
  return message === undefined ? parsed : refused('OTHER_CAMERAS', message);
}

function refused(code: string, message: string): ReadEntry {
  return { kind: 'refused', code, message };
}

function saidBy(cell: string | undefined): string | undefined {
  return cell?.trim() === '' ? undefined : cell?.trim();
}

function momentOf(cell: string | undefined, nowMs: number) {
  const text = saidBy(cell);
  if (text === undefined) return { kind: 'period', period: undefined } as const;
  const period = parsePeriod(text, nowMs);
  return period.kind === 'fault' ? period : ({ kind: 'period', period } as const);
}
