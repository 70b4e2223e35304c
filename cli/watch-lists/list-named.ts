import type { WatchList } from '../../functions/core/watch-list/watch-list.ts';
import { CommandError } from '../terminal/command-error.ts';
import { findList, type ListsTable } from './stored-list.ts';

/** A list with its entries in the order of their plates; throws a CommandError `NO_LIST` if there is none. */
export async function listNamed(table: ListsTable, name: string): Promise<WatchList> {
  const found = await findList(table, name);
  if (found !== undefined) return found;
  throw new CommandError('NO_LIST', `There is no list ${name}; plateline watch list shows the lists.`);
}
