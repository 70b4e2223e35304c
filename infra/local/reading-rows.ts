import { formatTable } from '../../cli/table.ts';
import type { Reading } from './watch-readings.ts';

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

/** Fixed widths, so that each row can be printed as it arrives. */
function row(cells: string[]): string {
  return formatTable(
    [cells],
    [
      { width: 36 },
      { width: 10 },
      { width: 14 },
      { width: 12, align: 'right' },
      { width: 6, align: 'right' },
      {},
    ],
  );
}
