import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { CommandError } from '../terminal/command-error.ts';
import { cameraSeparator, entryColumns } from './entry-columns.ts';
import type { WrittenCells } from './written-entry.ts';

/** A row of the file, with the number of its line; the first line has the number 1. */
type WrittenRow = { readonly line: number; readonly cells: WrittenCells };

const parsedRows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));
const csvError = z.object({ code: z.string().startsWith('CSV_'), message: z.string() });

/**
 * Reads the CSV of a list: with a header, in any order of the columns; without one, in the order of
 * `entryColumns`. The text is UTF-8 or, as Excel in Korea saves it, CP949. Throws a CommandError `NO_CSV`.
 */
export function readCsv(bytes: Uint8Array): readonly WrittenRow[] {
  const [first, ...rest] = rowsOf(textOf(bytes));
  if (!first) return [];
  const header = first.record.map((cell) => cell.trim().toLowerCase());
  if (!header.includes('plate')) {
    const names = entryColumns.map(({ name }) => name);
    return [first, ...rest].map((row) => writtenRow(row, names));
  }
  const unknown = header.filter(
    (name) => name !== '' && !entryColumns.some((column) => column.name === name),
  );
  if (unknown.length > 0) {
    throw new CommandError(
      'NO_CSV',
      `The file has an unknown column: ${unknown.join(', ')}. The columns are ${entryColumns.map(({ name }) => name).join(', ')}.`,
    );
  }
  return rest.map((row) => writtenRow(row, header));
}

type ParsedRow = z.infer<typeof parsedRows>[number];

function rowsOf(text: string): readonly ParsedRow[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    return parsedRows.parse(parse(text, options));
  } catch (error) {
    const known = csvError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError('NO_CSV', `The file is no CSV: ${known.message}.`, { cause: error });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The Encoding Standard's euc-kr is Windows's code page 949.
    return new TextDecoder('euc-kr').decode(bytes);
  }
}

function writtenRow({ record, info }: ParsedRow, names: readonly string[]): WrittenRow {
  const cellOf = (name: string) => unescapeFormula(record[names.indexOf(name)] ?? '');
  const cameras = cellOf('cameras')
    .split(cameraSeparator)
    .map((camera) => camera.trim().normalize('NFC'));
  return {
    line: info.lines,
    cells: {
      plate: cellOf('plate'),
      note: cellOf('note'),
      from: cellOf('from'),
      until: cellOf('until'),
      days: cellOf('days'),
      hours: cellOf('hours'),
      cameras,
    },
  };
}

/** `watch export` puts an apostrophe before a cell that looks like a formula. */
function unescapeFormula(cell: string): string {
  return cell.replace(/^'(?=\s*[=+\-@＝＋－＠])/, '');
}
