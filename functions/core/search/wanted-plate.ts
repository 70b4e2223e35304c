import { classifyPlate } from '../plate/classify-plate.ts';
import { composeJamo } from '../plate/compose-jamo.ts';
import { normalFormOf } from '../plate/plate-normal-form.ts';
import { hashInKey, keyOfHash, lastFourHashOf, type HashText } from '../privacy/plate-hash.ts';
import { plateDistance } from './plate-distance.ts';

/** The plates that a person looks for, in the form of `plateKey`; `hashed` is the index key of their hash. */
export type WantedPlate =
  | { readonly kind: 'exact'; readonly plateKey: string; readonly hashed?: string }
  | { readonly kind: 'last-four'; readonly lastFour: string; readonly hashed?: string }
  /** `*` matches anything and `?` one character. */
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'look-alikes'; readonly plateKey: string; readonly maxDistance: number };

/** Why nothing can be searched for. */
export type WantedPlateFault =
  | 'nothing-given'
  | 'plate-and-last-four'
  | 'not-four-digits'
  | 'look-alikes-of-last-four'
  | 'look-alikes-of-pattern'
  /** Nothing is left of the plate in its normal form. */
  | 'empty-plate';

/**
 * What people type between the parts of a plate, besides the separators of the normal form. A read keeps these
 * characters: they would be a mistake of the reader.
 */
const typedSeparators = /[\s,;:_/|'"()[\]、]/g;

type ParsedWantedPlate =
  | { readonly kind: 'wanted'; readonly wanted: WantedPlate }
  | { readonly kind: 'fault'; readonly fault: WantedPlateFault };

/**
 * Reads what a person typed: a plate or a part of it, or the last four digits. `maxDistance` is absent where
 * no look-alikes are wanted.
 */
export function parseWantedPlate({
  plate,
  lastFour,
  maxDistance,
}: {
  readonly plate?: string | undefined;
  readonly lastFour?: string | undefined;
  readonly maxDistance?: number | undefined;
}): ParsedWantedPlate {
  if (lastFour !== undefined) {
    if (plate !== undefined) return fault('plate-and-last-four');
    if (maxDistance !== undefined) return fault('look-alikes-of-last-four');
    if (!/^\d{4}$/.test(lastFour)) return fault('not-four-digits');
    return { kind: 'wanted', wanted: { kind: 'last-four', lastFour } };
  }
  if (plate === undefined) return fault('nothing-given');
  const typed = composeJamo(plate.replaceAll(typedSeparators, ''));
  const pattern = normalFormOf(typed);
  if (/[*?]/.test(pattern)) {
    if (maxDistance !== undefined) return fault('look-alikes-of-pattern');
    return { kind: 'wanted', wanted: { kind: 'pattern', pattern } };
  }
  const { plateKey } = classifyPlate(typed);
  if (plateKey === '') return fault('empty-plate');
  return {
    kind: 'wanted',
    wanted:
      maxDistance === undefined
        ? { kind: 'exact', plateKey }
        : { kind: 'look-alikes', plateKey, maxDistance },
  };
}

/** The wanted plate, also where it is kept as a hash; a part of a plate and similar plates have no hash. */
export function withHash(wanted: WantedPlate, hash: HashText): WantedPlate {
  switch (wanted.kind) {
    case 'exact':
      return { ...wanted, hashed: keyOfHash(hash(wanted.plateKey)) };
    case 'last-four':
      return { ...wanted, hashed: keyOfHash(lastFourHashOf(wanted.lastFour, hash)) };
    case 'pattern':
    case 'look-alikes':
      return wanted;
  }
}

/** The distance of a record's plate from the wanted one: 0 for an exact match, undefined for no match. */
export function distanceTo(wanted: WantedPlate): (plateKey: string, lastFour?: string) => number | undefined {
  switch (wanted.kind) {
    case 'exact':
      return (plateKey) => zeroIf(plateKey === wanted.plateKey || plateKey === wanted.hashed);
    case 'last-four':
      return (plateKey, lastFour) =>
        zeroIf(
          hashInKey(plateKey) === undefined
            ? plateKey.endsWith(wanted.lastFour)
            : lastFour !== undefined && lastFour === wanted.hashed,
        );
    case 'pattern': {
      const pattern = regExpOf(wanted.pattern);
      return (plateKey) => zeroIf(hashInKey(plateKey) === undefined && pattern.test(plateKey));
    }
    case 'look-alikes':
      return (plateKey) => {
        const distance = plateDistance(wanted.plateKey, plateKey);
        return distance <= wanted.maxDistance ? distance : undefined;
      };
  }
}

function zeroIf(isMatch: boolean): 0 | undefined {
  return isMatch ? 0 : undefined;
}

function regExpOf(pattern: string): RegExp {
  const pieces = pattern.split(/([*?])/).map((piece) => {
    if (piece === '*') return '.*';
    return piece === '?' ? '.' : RegExp.escape(piece);
  });
  return new RegExp(`^${pieces.join('')}$`, 'su');
}

function fault(why: WantedPlateFault): ParsedWantedPlate {
  return { kind: 'fault', fault: why };
}
