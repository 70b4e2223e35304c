import { Readable, type Transform } from 'node:stream';
import type { WatchList } from '../../functions/core/watch-list/watch-list.ts';
import { createCsvStream } from '../terminal/csv-stream.ts';
import { entryColumns } from './entry-columns.ts';

/** The CSV of a list, which an import reads again without a loss. */
export function listCsv({ entries }: WatchList): Transform {
  const rows = entries.map((entry) => entryColumns.map(({ cellOf }) => cellOf(entry)));
  return Readable.from(rows).pipe(createCsvStream(entryColumns.map(({ name }) => name)));
}
