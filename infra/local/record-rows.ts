import { boxCorners } from '../../cli/terminal/box-corners.ts';
import { formatTable } from '../../cli/terminal/table.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';

/** The first row, with the names of the columns. */
export function headerRow(): string {
  return row(['picture', 'status', 'plate', 'confidence', 'ms', 'box, or why there is none']);
}

/** The row of a record; the milliseconds are those from upload to record. */
export function recordRow({
  key,
  status,
  plate,
  confidence,
  box,
  reason,
  uploadedAt,
  readAt,
}: PictureRecord): string {
  const milliseconds = readAt === undefined ? '' : String(Date.parse(readAt) - Date.parse(uploadedAt));
  return row([
    key,
    status,
    plate ?? '',
    confidence?.toFixed(2) ?? '',
    milliseconds,
    box ? boxCorners(box) : (reason?.message ?? ''),
  ]);
}

/** Fixed widths, so that each row can be printed when it arrives. */
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
