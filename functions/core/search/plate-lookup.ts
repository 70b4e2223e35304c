import type { WantedPlate } from './wanted-plate.ts';

/** An index of the table Readings; each is sorted by `capturedAt`. */
export type RecordIndex = 'byPlate' | 'byLastFour' | 'byCamera' | 'byReview';

/** Where to look for plates; a look-up can return more than is wanted. */
export type PlateLookup =
  | { readonly kind: 'index'; readonly index: RecordIndex; readonly values: readonly string[] }
  | { readonly kind: 'scan' }
  /** No index has the answer. */
  | { readonly kind: 'none' };

/**
 * Chooses the index that reads least. The whole table is read only with `scan`, and only if no index has the
 * answer.
 */
export function lookupFor(
  wanted: WantedPlate,
  { cameras, scan }: { readonly cameras: readonly string[]; readonly scan: boolean },
): PlateLookup {
  const elsewhere: PlateLookup =
    cameras.length === 0
      ? { kind: scan ? 'scan' : 'none' }
      : { kind: 'index', index: 'byCamera', values: cameras };
  switch (wanted.kind) {
    case 'exact':
      return { kind: 'index', index: 'byPlate', values: [wanted.plateKey] };
    case 'last-four':
      return { kind: 'index', index: 'byLastFour', values: [wanted.lastFour] };
    case 'pattern': {
      const lastFour = lastFourOf(wanted.pattern);
      return lastFour === undefined ? elsewhere : { kind: 'index', index: 'byLastFour', values: [lastFour] };
    }
    case 'look-alikes': {
      // These include look-alikes whose last four digits are wrong in any way.
      if (elsewhere.kind !== 'none') return elsewhere;
      const lastFour = lastFourOf(wanted.plateKey);
      if (lastFour === undefined) return elsewhere;
      const values = wanted.maxDistance < 1 ? [lastFour] : [lastFour, ...withOneOtherDigit(lastFour)];
      return { kind: 'index', index: 'byLastFour', values };
    }
  }
}

function lastFourOf(plateKey: string): string | undefined {
  return /\d{4}$/.exec(plateKey)?.[0];
}

/** All 36 texts that differ in one digit. */
function withOneOtherDigit(digits: string): string[] {
  return Array.from(digits, (digit, at) =>
    Array.from('0123456789')
      .filter((other) => other !== digit)
      .map((other) => digits.slice(0, at) + other + digits.slice(at + 1)),
  ).flat();
}
