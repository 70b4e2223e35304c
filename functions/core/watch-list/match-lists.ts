import { hashInKey } from '../privacy/plate-hash.ts';
import { plateDistance } from '../search/plate-distance.ts';
import type { Sighting, Visit } from '../visit/visit.ts';
import { holdsAt } from './hours.ts';
import type { Strength, WatchEntry, WatchList } from './watch-list.ts';

/** What a list has to report about a visit. */
export type ListMatch = {
  readonly list: string;
  readonly kind: WatchList['kind'];
  /** The read that matched, or the best read of a plate that is on no entry. */
  readonly read: Sighting;
  /** Absent where the plate is on no entry. */
  readonly entry?: WatchEntry;
  /** As `plateDistance` has it; absent where the plate is on no entry. */
  readonly distance?: number;
};

/** The same for every match that a visit must report only once. */
export function matchKeyOf({ list, entry }: ListMatch): string {
  return JSON.stringify([list, entry?.plateKey ?? null]);
}

/** What the lists of the kind `seen` report about a read: the closest entry of each list. */
export function matchesOfRead(lists: readonly WatchList[], read: Sighting): readonly ListMatch[] {
  return lists.flatMap((list) => {
    if (list.kind !== 'seen' || !concerns(list, read)) return [];
    const [closest] = list.entries
      .flatMap((entry) => {
        const distance = matchDistance(entry.plateKey, read.plateKey, list.strength);
        return distance === undefined ? [] : [{ entry, distance }];
      })
      .filter(({ entry }) => holdsAt(entry, read.capturedAt, read.camera))
      .toSorted((one, other) => one.distance - other.distance);
    return closest ? [{ list: list.list, kind: list.kind, read, ...closest }] : [];
  });
}

/** What the lists of the kind `unlisted` report about a visit: that no entry has any of its texts. */
export function strangersOf(
  lists: readonly WatchList[],
  { texts }: Visit,
  best: Sighting,
): readonly ListMatch[] {
  return lists.flatMap((list) => {
    if (list.kind !== 'unlisted' || !concerns(list, best)) return [];
    const isListed = list.entries.some(
      (entry) =>
        holdsAt(entry, best.capturedAt, best.camera) &&
        texts.some((text) => matchDistance(entry.plateKey, text.plateKey, list.strength) !== undefined),
    );
    return isListed ? [] : [{ list: list.list, kind: list.kind, read: best }];
  });
}

const lowerLine = /^[가-힣]\d{4}$/;
const lowerLineLength = 5;
/** The cost of a look-alike in `plateDistance`; two are the most that a match has. */
const lookAlike = 0.5;
const mostLookAlikes = 2;

/** The distance of a read from an entry; undefined where a list of this strength does not match them. */
export function matchDistance(entry: string, read: string, strength: Strength): number | undefined {
  if (entry === read) return 0;
  if (hashInKey(read) !== undefined) return undefined;
  switch (strength) {
    case 'exact':
      return undefined;
    case 'look-alikes':
      return lookAlikeDistance(entry, read);
    case 'lost-upper-line': {
      const whole = lookAlikeDistance(entry, read);
      if (whole !== undefined) return whole;
      if (!lowerLine.test(read) || entry.length <= lowerLineLength) return undefined;
      const lower = lookAlikeDistance(entry.slice(-lowerLineLength), read);
      return lower === undefined ? undefined : 1 + lower;
    }
  }
}

/** Only characters that look alike may differ. */
function lookAlikeDistance(one: string, other: string): number | undefined {
  if (one.length !== other.length) return undefined;
  let sum = 0;
  // Ends at the first character that cannot match: a list can have thousands of entries.
  for (const [at, character] of Array.from(one).entries()) {
    if (character === other.charAt(at)) continue;
    const distance = plateDistance(character, other.charAt(at));
    sum += distance;
    if (distance > lookAlike || sum > mostLookAlikes * lookAlike) return undefined;
  }
  return sum;
}

function concerns({ cameras }: WatchList, { camera }: Sighting): boolean {
  return cameras?.includes(camera) ?? true;
}
