import type { Transform } from 'node:stream';
import { stringify } from 'csv-stringify';
import { escapeControls } from './escape-controls.ts';

/**
 * Turns rows of cells into CSV that spreadsheets open correctly: UTF-8 with a byte order mark, lines as in
 * RFC 4180, no formulas.
 */
export function createCsvStream(columnNames: readonly string[]): Transform {
  return stringify({
    bom: true,
    header: true,
    columns: columnNames,
    record_delimiter: 'windows',
    // Puts an apostrophe before a cell that begins like a formula.
    escape_formulas: true,
    cast: { string: (text) => defuseIndented(escapeControls(text)), boolean: String },
  });
}

/**
 * Spreadsheets ignore white space before a formula, but `escape_formulas` checks only the first character.
 */
function defuseIndented(text: string): string {
  return /^\s+[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
}
