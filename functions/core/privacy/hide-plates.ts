import { classifyPlate } from '../plate/classify-plate.ts';
import { defaultReviewBelowConfidence, plateAttributes } from '../record/build-record.ts';
import type { StoredRead } from '../record/plate-read.ts';
import type { FinalRecord } from '../record/record.ts';
import { matchDistance } from '../watch-list/match-lists.ts';
import type { WatchList } from '../watch-list/watch-list.ts';
import { hashesOf, indexKeysOf, type HashText } from './plate-hash.ts';

/** What hiding plates needs: all lists, and the stage's keyed hash. */
type Privacy = { readonly lists: readonly WatchList[]; readonly hash: HashText };

/**
 * The record with keyed hashes instead of each plate that is on no list, and without what quotes such a plate:
 * its corrections, its faults and its region.
 */
export function hidePlates(final: FinalRecord, { lists, hash }: Privacy): FinalRecord {
  const { plate, plates, plateKey, lastFour, plateCorrections, plateFaults, region, ...others } = final;
  const hidden: FinalRecord = {
    ...others,
    privacy: true,
    ...(plates && { plates: plates.map((read) => hideRead(read, { lists, hash })) }),
  };
  if (plate === undefined || plateKey === undefined) return hidden;
  if (!isOnAnyList(plateKey, lists)) {
    const hashes = hashesOf(plateKey, hash);
    return { ...hidden, ...hashes, ...indexKeysOf(hashes) };
  }
  return {
    ...hidden,
    plate,
    plateKey,
    ...(lastFour !== undefined && { lastFour }),
    ...(plateCorrections && { plateCorrections }),
    ...(plateFaults && { plateFaults }),
    ...(region !== undefined && { region }),
  };
}

/** Whether an entry of any list matches a plate, at whatever time and camera the entry holds. */
export function isOnAnyList(plateKey: string, lists: readonly WatchList[]): boolean {
  return lists.some(({ entries, strength }) =>
    entries.some((entry) => matchDistance(entry.plateKey, plateKey, strength) !== undefined),
  );
}

function hideRead(read: StoredRead, { lists, hash }: Privacy): StoredRead {
  const { plate, confidence, box } = read;
  if (plate === undefined) return read;
  const { plateKey } = classifyPlate(plate);
  if (plateKey === '') return { confidence, box };
  if (isOnAnyList(plateKey, lists)) return read;
  const { needsReview } = plateAttributes({ plate, confidence }, defaultReviewBelowConfidence);
  return { plateHash: hash(plateKey), needsReview, confidence, box };
}
