import { OutsideError } from './reason.ts';
import { pictureRecord, type PictureRecord } from './record.ts';

/** The record that an item of the table is. Throws an OutsideError `NOT_A_RECORD` where it is none. */
export function parseRecord(item: unknown): PictureRecord {
  const parsed = pictureRecord.safeParse(item);
  if (parsed.success) return parsed.data;
  const attributes = parsed.error.issues.map(({ path }) => path.map(String).join('.')).join(', ');
  throw new OutsideError(
    'NOT_A_RECORD',
    `The table has an item that is no record of Plateline's (wrong or missing: ${attributes}).`,
    parsed.error,
  );
}
