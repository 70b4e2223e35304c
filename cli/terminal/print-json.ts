/** A value as one JSON document, for `--json` where there is one answer. */
export function jsonDocument(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value, null, 2))}\n`;
}

/** A value as one line, for `--json` where the answer is a list that comes piece by piece. */
export function jsonLine(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value))}\n`;
}

/** JSON escapes only the lowest control characters by itself, and a terminal obeys others too. Outside of strings there are none but line feeds. */
function escapeInStrings(json: string): string {
  return json.replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
