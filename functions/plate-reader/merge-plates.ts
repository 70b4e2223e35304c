import { boundsOf, containmentOf, type Quadrilateral } from './quadrilateral.ts';

/** A plate's text and place, before its corners are turned to the stored picture's. */
export type TextAtPlace = {
  readonly text: string;
  readonly confidence: number;
  readonly corners: Quadrilateral;
};

/**
 * Plates of which one covers this share of the other are one plate: no two real plates hide each other so far
 * and are both read.
 */
const samePlateContainment = 0.5;

/** Each plate once, best first: of reads that overlap, the surest. */
export function mergePlates(reads: readonly TextAtPlace[]): readonly TextAtPlace[] {
  const kept: TextAtPlace[] = [];
  for (const read of reads.toSorted((one, other) => other.confidence - one.confidence)) {
    const bounds = boundsOf(read.corners);
    if (kept.every((other) => containmentOf(bounds, boundsOf(other.corners)) < samePlateContainment)) {
      kept.push(read);
    }
  }
  return kept;
}
