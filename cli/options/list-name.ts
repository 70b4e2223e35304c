import { InvalidArgumentError } from 'commander';
import { listNameOf, listNameRule } from '../watch-lists/list-name.ts';

/** Parses the name of a watch list; both Unicode forms of a name mean the same list. */
export function parseListName(text: string): string {
  const name = listNameOf(text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(listNameRule);
}
