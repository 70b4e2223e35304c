/** A confidence, 0 to 1, as people write it; undefined where the text is none. */
export function parseConfidence(text: string): number | undefined {
  const confidence = /^[\d.]+$/.test(text) ? Number(text) : NaN;
  return confidence >= 0 && confidence <= 1 ? confidence : undefined;
}
