import type { Transform } from 'node:stream';
import { stringify } from 'csv-stringify';
import { escapeControls } from '../../terminal/escape-controls.ts';

/** Takes rows of cells and gives CSV that a spreadsheet opens as it is meant: UTF-8 with a byte order mark, lines as RFC 4180 has them, no cell a formula. */
export function createCsvStream(columnNames: readonly string[]): Transform {
  return stringify({
    bom: true,
    header: true,
    columns: columnNames,
    record_delimiter: 'windows',
    // Puts an apostrophe before a cell that begins as a formula does.
    escape_formulas: true,
    cast: { string: (text) => defuseIndented(escapeControls(text)), boolean: String },
  });
}

/** Spreadsheets pass over white space before a formula, and `escape_formulas` looks at the first character alone. */
function defuseIndented(text: string): string {
  return /^\s+[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
}
