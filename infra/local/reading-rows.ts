import Table from 'cli-table3';
import type { Reading } from './watch-readings.ts';

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

/** The first row: what stands in the columns. */
export function headerRow(): string {
  return row(['picture', 'status', 'plate', 'confidence', 'ms', 'box, or why there is none']);
}

/** One record; the milliseconds are those from upload to record. */
export function readingRow({
  key,
  status,
  plate,
  confidence,
  box,
  reason,
  uploadedAt,
  readAt,
}: Reading): string {
  const milliseconds = readAt === undefined ? '' : String(Date.parse(readAt) - Date.parse(uploadedAt));
  return row([
    key,
    status,
    plate ?? '',
    confidence?.toFixed(2) ?? '',
    milliseconds,
    box ? corners(box) : (reason?.message ?? ''),
  ]);
}

/** The corners of a box, clockwise from the plate's top left. */
export function corners(box: NonNullable<Reading['box']>): string {
  return `${box.x1},${box.y1} ${box.x2},${box.y2} ${box.x3},${box.y3} ${box.x4},${box.y4}`;
}

/** Anyone who may upload chooses the key, and a terminal obeys what it is shown raw. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** Fixed widths, so that each row can be printed as it arrives; a hangul syllable counts as two columns. */
function row(cells: string[]): string {
  const table = new Table({
    chars: noBorders,
    colWidths: [36, 10, 14, 12, 6, null],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
  });
  table.push(cells.map(escapeControls));
  return table.toString();
}
