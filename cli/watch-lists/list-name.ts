/** The name of a watch list, in one Unicode form; undefined where the text cannot be one. */
export function listNameOf(text: string): string | undefined {
  const name = text.normalize('NFC');
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name) ? name : undefined;
}

/** What a name must be. */
export const listNameRule =
  'The name of a list has at most 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.';
