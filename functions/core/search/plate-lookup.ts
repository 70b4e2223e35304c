import type { WantedPlate } from './wanted-plate.ts';

/** An index of the table Readings; each is sorted by `capturedAt`. */
export type RecordIndex = 'byPlate' | 'byLastFour' | 'byCamera' | 'byReview';

/** The records under one value of an index. */
type LookupQuery = { readonly index: RecordIndex; readonly value: string };

/** Where to look for plates; a look-up can return more than is wanted. */
export type PlateLookup =
  /** Several queries of `byPlate` are for plates at the same distance, and so are all for a plate that is not similar. */
  | { readonly kind: 'index'; readonly queries: readonly LookupQuery[] }
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
    cameras.length === 0 ? { kind: scan ? 'scan' : 'none' } : indexed('byCamera', cameras);
  switch (wanted.kind) {
    case 'exact':
      return indexed('byPlate', withHashed(wanted.plateKey, wanted));
    case 'last-four':
      return indexed('byLastFour', withHashed(wanted.lastFour, wanted));
    case 'pattern': {
      const lastFour = lastFourOf(wanted.pattern);
      return lastFour === undefined ? elsewhere : indexed('byLastFour', [lastFour]);
    }
    case 'look-alikes': {
      // These include look-alikes whose last four digits are wrong in any way.
      if (elsewhere.kind !== 'none') return elsewhere;
      const lastFour = lastFourOf(wanted.plateKey);
      if (lastFour === undefined) return elsewhere;
      return { kind: 'index', queries: lookAlikeQueries(wanted, lastFour) };
    }
  }
}

function withHashed(value: string, { hashed }: { readonly hashed?: string }): readonly string[] {
  return hashed === undefined ? [value] : [value, hashed];
}

function indexed(index: RecordIndex, values: readonly string[]): PlateLookup {
  return { kind: 'index', queries: values.map((value) => ({ index, value })) };
}

/** A wrong or additional digit costs 1; where nothing else may differ then, whole plates are known. */
function lookAlikeQueries(
  { plateKey, maxDistance }: Extract<WantedPlate, { kind: 'look-alikes' }>,
  lastFour: string,
): readonly LookupQuery[] {
  const own = { index: 'byLastFour', value: lastFour } as const;
  if (maxDistance < 1) return [own];
  const others = withOneOtherDigit(lastFour);
  if (maxDistance >= 1.5) return [own, ...others.map((value) => ({ index: 'byLastFour', value }) as const)];
  const before = plateKey.slice(0, -lastFour.length);
  const endings = [...others, ...withOneMoreDigit(lastFour, new Set(others))];
  return [own, ...endings.map((ending) => ({ index: 'byPlate', value: before + ending }) as const)];
}

const allDigits = '0123456789';

function lastFourOf(plateKey: string): string | undefined {
  return /\d{4}$/.exec(plateKey)?.[0];
}

/** All texts with an additional digit whose last four digits are among these. */
function withOneMoreDigit(digits: string, lastFours: ReadonlySet<string>): readonly string[] {
  const longer = Array.from(digits, (_, at) =>
    Array.from(allDigits, (digit) => digits.slice(0, at) + digit + digits.slice(at)),
  ).flat();
  return [...new Set(longer)].filter((text) => lastFours.has(text.slice(-digits.length)));
}

/** All 36 texts that differ in one digit. */
function withOneOtherDigit(digits: string): string[] {
  return Array.from(digits, (digit, at) =>
    Array.from(allDigits)
      .filter((other) => other !== digit)
      .map((other) => digits.slice(0, at) + other + digits.slice(at + 1)),
  ).flat();
}
