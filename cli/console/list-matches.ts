import { hashInKey, plateTextOf } from '../../functions/core/privacy/plate-hash.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { plateDistance } from '../../functions/core/search/plate-distance.ts';
import { sightingsOf } from '../../functions/core/visit/sightings.ts';
import { visitOf, type Sighting } from '../../functions/core/visit/visit.ts';
import { matchesOfRead, strangersOf, type ListMatch } from '../../functions/core/watch-list/match-lists.ts';
import type { WatchList } from '../../functions/core/watch-list/watch-list.ts';
import type { Fault } from './error-answer.ts';

/** What a watch list has to report about a picture. */
export type LiveMatch = {
  readonly imageId: string;
  readonly camera: string;
  readonly list: string;
  readonly kind: WatchList['kind'];
  /** As it was read, or the beginning of its hash. */
  readonly plate: string;
  /** The matched entry and its distance; absent where the plate is on no entry. */
  readonly entry?: string;
  readonly note?: string;
  readonly distance?: number;
  /** Worth a sound: the picture arrives now, and no match of the same car has for some minutes. */
  readonly isNew: boolean;
  /** The same, of this camera alone. */
  readonly isNewAtCamera: boolean;
};

/** The lists that readings are compared with, or why they are not known. */
export type ListsState = { readonly seen: number; readonly unlisted: number; readonly fault?: Fault };

/** As `notify`: a change of a list has an effect within 30 s. */
const keptForMs = 30_000;
const retryAfterMs = 5000;
/** As the gap that ends a visit, unless a site has another. */
const quietMs = 5 * 60_000;
/** Two reads of one stranger; the same as for a visit. */
const sameCarDistance = 1;

/** A backfill reads old pictures, whose cars are gone. */
const arrivesWithinMs = 60 * 60_000;
/** A flood of plates costs no more memory than this; the plate heard longest ago is forgotten first. */
const mostHeard = 1000;
/** The distance of two plates takes some µs, and the console waits for it. */
const mostCompared = 50;

/** What was heard of one list, and of its entry or of a plate that is on none. */
type Heard = {
  readonly list: string;
  readonly plateKey: string;
  readonly atMsOfCamera: Map<string, number>;
};

/** Compares readings with the watch lists, which it keeps for some seconds. */
export function createListMatches(deps: {
  readonly readLists: () => Promise<readonly WatchList[]>;
  readonly now: () => number;
  readonly faultOf: (error: unknown) => Fault;
  readonly distanceOf?: typeof plateDistance;
}) {
  const { readLists, now, faultOf, distanceOf = plateDistance } = deps;
  let lists: readonly WatchList[] = [];
  let fault: Fault | undefined;
  let nextReadMs = -Infinity;
  // By list and plate, the one heard last at the end.
  const heard = new Map<string, Heard>();

  /** Whether nothing of the same car was heard lately; a parked car stays quiet as long as it is read. */
  function hear({ list, entry, read }: ListMatch): Pick<LiveMatch, 'isNew' | 'isNewAtCamera'> {
    if (now() - Date.parse(read.capturedAt) > arrivesWithinMs) return { isNew: false, isNewAtCamera: false };
    const { camera } = read;
    const plateKey = entry?.plateKey ?? read.plateKey;
    const key = JSON.stringify([list, plateKey]);
    const known = heard.get(key) ?? { list, plateKey, atMsOfCamera: new Map<string, number>() };
    const isHeard = (at: number | undefined) => at !== undefined && now() - at < quietMs;
    // What this camera has heard needs no comparison with others.
    const same =
      entry || isHeard(known.atMsOfCamera.get(camera)) ? [known] : [known, ...likeStrangers(list, plateKey)];
    const news = {
      isNew: !same.some(({ atMsOfCamera }) => atMsOfCamera.values().some(isHeard)),
      isNewAtCamera: !same.some(({ atMsOfCamera }) => isHeard(atMsOfCamera.get(camera))),
    };
    known.atMsOfCamera.set(camera, now());
    heard.delete(key);
    heard.set(key, known);
    const [longestAgo] = heard.keys();
    if (heard.size > mostHeard && longestAgo !== undefined) heard.delete(longestAgo);
    return news;
  }

  function likeStrangers(list: string, plateKey: string): readonly Heard[] {
    return [...heard.values()]
      .filter((other) => other.list === list)
      .slice(-mostCompared)
      .filter((other) => distanceOf(other.plateKey, plateKey) <= sameCarDistance);
  }

  return {
    /** Reads the lists where they are old; returns whether the page must show something else than before. */
    refresh: async (): Promise<boolean> => {
      if (now() < nextReadMs) return false;
      const before = JSON.stringify([lists, fault]);
      try {
        lists = await readLists();
        fault = undefined;
      } catch (error) {
        fault = faultOf(error);
      }
      nextReadMs = now() + (fault ? retryAfterMs : keptForMs);
      return JSON.stringify([lists, fault]) !== before;
    },
    state: (): ListsState => {
      const count = (kind: WatchList['kind']) => lists.filter((list) => list.kind === kind).length;
      return { seen: count('seen'), unlisted: count('unlisted'), ...(fault && { fault }) };
    },
    /** The matches of pictures that are there already. */
    known: (records: readonly PictureRecord[]): readonly LiveMatch[] =>
      matchesOf(lists, records).map((match) => liveMatchOf(match, { isNew: false, isNewAtCamera: false })),
    /** The matches of pictures that arrive now. */
    arriving: (records: readonly PictureRecord[]): readonly LiveMatch[] =>
      matchesOf(lists, records).map((match) => liveMatchOf(match, hear(match))),
  };
}

/** What `createListMatches` makes. */
export type ListMatches = ReturnType<typeof createListMatches>;

/**
 * A stranger is reported as for the first read of a visit: only where nobody must look at the picture first.
 * A doubtful read of a resident would be a false alarm.
 */
function matchesOf(lists: readonly WatchList[], records: readonly PictureRecord[]): readonly ListMatch[] {
  const strangerTo = (read: Sighting) =>
    read.needsReview ? [] : strangersOf(lists, visitOf(read.camera, 'none', read), read);
  if (lists.length === 0) return [];
  return records.flatMap((record) => {
    const matches = sightingsOf(record).flatMap((read) => [
      ...matchesOfRead(lists, read),
      ...strangerTo(read),
    ]);
    // A confirmed read is a sighting twice: as it was read, and as a person said.
    const keyed = matches.map((match) => [JSON.stringify([match.list, match.read.plateKey]), match] as const);
    return [...new Map(keyed).values()];
  });
}

function liveMatchOf(
  { list, kind, read, entry, distance }: ListMatch,
  news: Pick<LiveMatch, 'isNew' | 'isNewAtCamera'>,
): LiveMatch {
  const plateHash = hashInKey(read.plate);
  return {
    imageId: read.imageId,
    camera: read.camera,
    list,
    kind,
    plate: plateTextOf({ plate: plateHash === undefined ? read.plate : undefined, plateHash }) ?? '',
    ...(entry && { entry: entry.plateKey }),
    ...(entry?.note !== undefined && { note: entry.note }),
    ...(distance !== undefined && { distance }),
    ...news,
  };
}
