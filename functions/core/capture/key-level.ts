/** The texts of the fields by their names. */
export type KeyFields = Readonly<Partial<Record<string, string>>>;

/** Matches one folder level of a key; undefined where it does not match. */
export type KeyLevel = (text: string) => KeyFields | undefined;

/** A part of a level. */
type Piece = {
  /** The name of its field; undefined for a literal and for `*`. */
  readonly field: string | undefined;
  /** The lengths that it can have, the longest first; `open` for any length. */
  readonly lengths: readonly number[] | 'open';
  readonly leastLength: number;
  /** Whether it can be this text. */
  readonly matches: (text: string) => boolean;
};

/** The longest text of a field other than `{camera}`: an epoch in milliseconds. */
const longestField = 13;

/**
 * A matcher of one level of a key template. An open piece (`*` or `{camera}`) takes as much as it can, as in
 * regular expressions, the first one first. Its time grows with the length of the text times the number of
 * pieces, whatever the text: a regular expression with three open pieces takes seconds for a hostile key of
 * 1,024 characters.
 */
export function keyLevelOf(
  texts: readonly string[],
  {
    fieldPatterns,
    extensionInAnyCase,
  }: {
    readonly fieldPatterns: ReadonlyMap<string, RegExp>;
    readonly extensionInAnyCase: boolean;
  },
): KeyLevel {
  const pieces = texts.map((text, index) => {
    const field = text.startsWith('{') ? text.slice(1, -1) : undefined;
    const pattern = field === undefined ? undefined : fieldPatterns.get(field);
    if (text === '*') return openPiece(undefined, 0);
    if (field === 'camera') return openPiece(field, 1);
    if (pattern) return fieldPiece(field, pattern);
    return literalPiece(text, extensionInAnyCase && index === texts.length - 1);
  });
  return (text) => {
    const reachable = reachableEnds(pieces, text);
    return reachable[0]?.[0] ? takeFields(pieces, text, reachable) : undefined;
  };
}

function openPiece(field: string | undefined, leastLength: number): Piece {
  return { field, lengths: 'open', leastLength, matches: () => true };
}

function fieldPiece(field: string | undefined, pattern: RegExp): Piece {
  const lengths = Array.from({ length: longestField }, (_, index) => longestField - index);
  return { field, lengths, leastLength: 1, matches: (text) => pattern.test(text) };
}

/** A literal at the end of a key can have an extension: the text after its last dot. */
function literalPiece(literal: string, extensionInAnyCase: boolean): Piece {
  const extension = extensionInAnyCase ? /\.[A-Za-z0-9]+$/.exec(literal) : null;
  const ending = extension?.[0] ?? '';
  const name = literal.slice(0, literal.length - ending.length);
  const matches = (text: string) =>
    text.startsWith(name) && text.slice(name.length).toLowerCase() === ending.toLowerCase();
  return { field: undefined, lengths: [literal.length], leastLength: literal.length, matches };
}

/** For each piece and each place in the text: whether the pieces from this one on can match from there on. */
function reachableEnds(pieces: readonly Piece[], text: string): readonly (readonly boolean[])[] {
  const places = Array.from({ length: text.length + 1 }, (_, place) => place);
  const rows: (readonly boolean[])[] = [places.map((place) => place === text.length)];
  for (const piece of pieces.toReversed()) {
    const [after = []] = rows;
    const furthest = after.lastIndexOf(true);
    rows.unshift(
      places.map((place) =>
        piece.lengths === 'open'
          ? place + piece.leastLength <= furthest && isWholeCharacter(text, place)
          : piece.lengths.some(
              (length) => after[place + length] && piece.matches(text.slice(place, place + length)),
            ),
      ),
    );
  }
  return rows;
}

function takeFields(
  pieces: readonly Piece[],
  text: string,
  reachable: readonly (readonly boolean[])[],
): KeyFields {
  const fields: Record<string, string> = {};
  let place = 0;
  for (const [index, piece] of pieces.entries()) {
    const after = reachable[index + 1] ?? [];
    const end =
      piece.lengths === 'open'
        ? after.lastIndexOf(true)
        : place +
          (piece.lengths.find(
            (length) => after[place + length] && piece.matches(text.slice(place, place + length)),
          ) ?? 0);
    if (piece.field !== undefined) fields[piece.field] = text.slice(place, end);
    place = end;
  }
  return fields;
}

/** Whether the place is not between the two halves of a character beyond the first 65,536. */
function isWholeCharacter(text: string, place: number): boolean {
  return !/^[\uDC00-\uDFFF]/.test(text.slice(place, place + 1));
}
