import { normalFormOf } from '../../../functions/core/plate/plate-normal-form.ts';
import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import { plateDistance } from './plate-distance.ts';

/** Which plates a person asks for; all in the form of `plateKey`. */
export type WantedPlate =
  | { readonly kind: 'exact'; readonly plateKey: string }
  | { readonly kind: 'last-four'; readonly lastFour: string }
  /** `*` stands for anything and `?` for one character. */
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'look-alikes'; readonly plateKey: string; readonly maxDistance: number };

export type ParsedWantedPlate =
  | { readonly kind: 'wanted'; readonly wanted: WantedPlate }
  | { readonly kind: 'fault'; readonly message: string };

/** Reads what was typed: a plate as people write it or a part of it, or the last four digits; `maxDistance` is absent where no look-alikes are asked for. */
export function parseWantedPlate({
  plate,
  last,
  maxDistance,
}: {
  readonly plate?: string | undefined;
  readonly last?: string | undefined;
  readonly maxDistance?: number | undefined;
}): ParsedWantedPlate {
  if (last !== undefined) {
    if (plate !== undefined) return fault('Give a plate or --last, not both.');
    if (maxDistance !== undefined) return fault('--fuzzy needs a whole plate, not --last.');
    if (!/^\d{4}$/.test(last)) return fault(`--last takes four digits, not '${last}'.`);
    return { kind: 'wanted', wanted: { kind: 'last-four', lastFour: last } };
  }
  if (plate === undefined) return fault("Give a plate, a part of one such as '12가*', or --last 3456.");
  const pattern = normalFormOf(plate);
  if (/[*?]/.test(pattern)) {
    if (maxDistance !== undefined) return fault('--fuzzy needs a whole plate, without * and ?.');
    return { kind: 'wanted', wanted: { kind: 'pattern', pattern } };
  }
  const { plateKey } = classifyPlate(plate);
  if (plateKey === '') return fault('There is nothing to search for in that plate.');
  return {
    kind: 'wanted',
    wanted:
      maxDistance === undefined
        ? { kind: 'exact', plateKey }
        : { kind: 'look-alikes', plateKey, maxDistance },
  };
}

/** Says how far the plate of a record is from the wanted one: 0 for an answer that is exact, undefined for one that is none. */
export function distanceTo(wanted: WantedPlate): (plateKey: string) => number | undefined {
  switch (wanted.kind) {
    case 'exact':
      return (plateKey) => zeroIf(plateKey === wanted.plateKey);
    case 'last-four':
      return (plateKey) => zeroIf(plateKey.endsWith(wanted.lastFour));
    case 'pattern': {
      const pattern = regExpOf(wanted.pattern);
      return (plateKey) => zeroIf(pattern.test(plateKey));
    }
    case 'look-alikes':
      return (plateKey) => {
        const distance = plateDistance(wanted.plateKey, plateKey);
        return distance <= wanted.maxDistance ? distance : undefined;
      };
  }
}

function zeroIf(isAnswer: boolean): 0 | undefined {
  return isAnswer ? 0 : undefined;
}

function regExpOf(pattern: string): RegExp {
  const pieces = pattern.split(/([*?])/).map((piece) => {
    if (piece === '*') return '.*';
    return piece === '?' ? '.' : RegExp.escape(piece);
  });
  return new RegExp(`^${pieces.join('')}$`, 'su');
}

function fault(message: string): ParsedWantedPlate {
  return { kind: 'fault', message };
}
