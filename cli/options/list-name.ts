import { InvalidArgumentError } from 'commander';

/** Parses the name of a watch list; both Unicode forms of a name mean the same list. */
export function parseListName(text: string): string {
  const name = text.normalize('NFC');
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)) return name;
  throw new InvalidArgumentError(
    'The name of a list has at most 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.',
  );
}
