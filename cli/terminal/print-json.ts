/** A value as one JSON document, for the single result of `--json`. */
export function jsonDocument(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value, null, 2))}\n`;
}

/** A value as one line of JSON, for results that arrive one by one. */
export function jsonLine(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value))}\n`;
}

/**
 * JSON.stringify escapes only the lowest control characters, but a terminal obeys others too. Outside of
 * strings there are only line feeds.
 */
function escapeInStrings(json: string): string {
  return json.replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
