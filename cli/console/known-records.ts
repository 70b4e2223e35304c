import type { PictureRecord } from '../../functions/core/record/record.ts';
import type { CameraTurn } from './camera-turns.ts';

/** What a camera shows at first. */
const newestOfCamera = 20;
/**
 * A picture that was taken before these newest ones can arrive now. The counters tell that it has; then so
 * many records of the camera are looked through, at most in so many polls, since an index can be behind.
 */
const searchedOfCamera = 1000;
const searchesForLate = 3;
const lateOnesKept = 100;
/** The clocks of this machine and of the function differ by less. */
const clockDifferenceMs = 60_000;

type KnownRecordsDeps = {
  /** The newest records of a camera, by the time of capture. */
  readonly readNewest: (camera: string, count: number) => Promise<readonly PictureRecord[]>;
  readonly now: () => number;
};

/** The records that Live knows: the newest of each camera, and older ones that arrived while it ran. */
export function createKnownRecords(deps: KnownRecordsDeps) {
  const newest = new Map<string, readonly PictureRecord[]>();
  const lateComers = createLateComers(deps);
  return {
    all: () => [...newest.values(), lateComers.all()].flat(),
    cameras: () => [...newest.keys()],
    /** Cameras of which the counters have more records than were found. */
    incompleteCameras: lateComers.cameras,
    /** Reads a camera; returns its new and changed records, late ones only with `withLate`. */
    changes: async (
      { camera, arrived }: CameraTurn,
      withLate: boolean,
    ): Promise<readonly PictureRecord[]> => {
      const before = new Map((newest.get(camera) ?? []).map((record) => [record.imageId, stateOf(record)]));
      const records = await deps.readNewest(camera, newestOfCamera);
      newest.set(camera, records);
      const changed = records.filter((record) => before.get(record.imageId) !== stateOf(record));
      if (!withLate) return changed;
      return [...changed, ...(await lateComers.search(camera, arrived, changed, records))];
    },
  };
}

/** Finds records of pictures that were taken before the newest ones of their camera, and arrive now. */
function createLateComers({ readNewest, now }: KnownRecordsDeps) {
  const startMs = now();
  const missing = new Map<string, { readonly count: number; readonly searches: number }>();
  let found: readonly PictureRecord[] = [];
  return {
    all: () => found,
    /** `arrived` are the final records that the counters have more than before; `shown` is known already. */
    search: async (
      camera: string,
      arrived: number,
      changed: readonly PictureRecord[],
      shown: readonly PictureRecord[],
    ): Promise<readonly PictureRecord[]> => {
      const before = missing.get(camera) ?? { count: 0, searches: 0 };
      const searches = arrived > 0 ? 0 : before.searches;
      const count = before.count + arrived - changed.filter(({ status }) => status !== 'PENDING').length;
      missing.delete(camera);
      if (count <= 0 || searches === searchesForLate) return [];
      const known = new Set([...shown, ...found].map(({ imageId }) => imageId));
      const since = new Date(startMs - clockDifferenceMs).toISOString();
      const late = (await readNewest(camera, searchedOfCamera)).filter(
        ({ imageId, readAt = '' }) => readAt > since && !known.has(imageId),
      );
      found = [...late, ...found].slice(0, lateOnesKept);
      if (late.length < count) missing.set(camera, { count: count - late.length, searches: searches + 1 });
      return late;
    },
    cameras: () => [...missing.keys()],
  };
}

/** What changes when a picture is read, or begins to wait for another reason. */
function stateOf({ status, reason }: PictureRecord): string {
  return `${status} ${reason?.code ?? ''}`;
}
