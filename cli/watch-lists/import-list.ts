import type { ListSettings, WatchEntry, WatchList } from '../../functions/core/watch-list/watch-list.ts';
import { settingsAfter, type ListChange } from './list-settings.ts';
import { readCsv } from './read-csv.ts';
import { changeEntries, configureList, type ListsTable } from './stored-list.ts';
import { readEntry, type Refusal } from './written-entry.ts';

/** What an import of a CSV file would change, and the lines that it refuses. */
export type ImportPlan = {
  readonly settings: ListSettings;
  readonly added: readonly WatchEntry[];
  readonly replaced: readonly WatchEntry[];
  readonly removed: readonly WatchEntry[];
  readonly refused: readonly RefusedLine[];
  /** An import that replaces the list changes nothing where a line is refused. */
  readonly isStopped: boolean;
};

/** A line of the file, counted from 1, and why it could never match. */
type RefusedLine = Refusal & { readonly line: number };

/**
 * Plans the import of a file into a list; `before` is undefined for a new one. With `replace` the plates that
 * the file does not have are taken off. Throws a CommandError `NO_CSV`.
 */
export function planImport(
  name: string,
  before: WatchList | undefined,
  bytes: Uint8Array,
  { replace = false, change }: { readonly replace?: boolean | undefined; readonly change: ListChange },
  nowMs: number,
): ImportPlan {
  const settings = settingsAfter(name, before, change);
  const { entries, refused } = readRows(bytes, settings, nowMs);
  if (replace && refused.length > 0) {
    return { settings, added: [], replaced: [], removed: [], refused, isStopped: true };
  }
  const known = new Set(before?.entries.map(({ plateKey }) => plateKey));
  const wanted = new Set(entries.map(({ plateKey }) => plateKey));
  return {
    settings,
    added: entries.filter(({ plateKey }) => !known.has(plateKey)),
    replaced: entries.filter(({ plateKey }) => known.has(plateKey)),
    removed: replace ? (before?.entries ?? []).filter(({ plateKey }) => !wanted.has(plateKey)) : [],
    refused,
    isStopped: false,
  };
}

/** Carries out a plan that is not stopped. */
export async function applyImport(
  table: ListsTable,
  { settings: { list }, added, replaced, removed, isStopped }: ImportPlan,
  change: ListChange,
): Promise<void> {
  if (isStopped) return;
  await configureList(table, list, change);
  await changeEntries(table, list, [...added, ...replaced], removed);
}

/** A plate that is on two lines counts once; the second line is refused. */
function readRows(bytes: Uint8Array, settings: ListSettings, nowMs: number) {
  const lineOf = new Map<string, number>();
  const entries: WatchEntry[] = [];
  const refused: RefusedLine[] = [];
  for (const { line, cells } of readCsv(bytes)) {
    const read = readEntry(cells, settings, nowMs);
    if (read.kind === 'refused') {
      refused.push({ line, code: read.code, message: read.message });
      continue;
    }
    const { plateKey } = read.entry;
    const earlier = lineOf.get(plateKey);
    if (earlier === undefined) {
      lineOf.set(plateKey, line);
      entries.push(read.entry);
    } else {
      refused.push({ line, code: 'TWICE', message: `${plateKey} is already on line ${earlier}.` });
    }
  }
  return { entries, refused };
}
