/** Orders texts by their UTF-16 code units: a moment in ISO 8601 before every later one. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
