import Table from 'cli-table3';
import { escapeControls } from './escape-controls.ts';

/** A column; by default aligned to the left and as wide as its widest cell. */
export type Column = {
  readonly align?: 'left' | 'right';
  /**
   * In columns of the terminal, including the gap after it; longer text is cut. For rows that are printed one
   * by one.
   */
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

/**
 * Formats rows without borders, the first of them as header. A Hangul syllable counts as two columns; control
 * characters are escaped.
 */
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
