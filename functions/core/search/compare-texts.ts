/** Orders texts by their UTF-16 code units, and so moments in ISO 8601 by time. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
