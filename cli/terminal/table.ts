import Table from 'cli-table3';
import { escapeControls } from './escape-controls.ts';

/** How a column stands: to the left and as wide as its widest cell, unless said otherwise. */
type Column = {
  readonly align?: 'left' | 'right';
  /** In columns of the terminal, the gap behind included; what is longer is cut. For rows that are printed as they arrive. */
  readonly width?: number;
};

const none = '';
const noBorders = {
  top: none,
  'top-mid': none,
  'top-left': none,
  'top-right': none,
  bottom: none,
  'bottom-mid': none,
  'bottom-left': none,
  'bottom-right': none,
  left: none,
  'left-mid': none,
  mid: none,
  'mid-mid': none,
  right: none,
  'right-mid': none,
  middle: ' ',
};

/** Rows without borders, the header being the first of them; a hangul syllable counts as two columns, and control characters are escaped. */
export function formatTable(rows: readonly (readonly string[])[], columns: readonly Column[]): string {
  const table = new Table({
    chars: noBorders,
    colWidths: columns.map(({ width }) => width ?? null),
    colAligns: columns.map(({ align = 'left' }) => align),
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
  });
  table.push(...rows.map((cells) => cells.map(escapeControls)));
  return table.toString().replaceAll(/ +$/gm, '');
}
