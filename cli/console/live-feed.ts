import pLimit from 'p-limit';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import type { UsageIncrement } from '../../functions/core/record/usage.ts';
import { compareTexts } from '../../functions/core/search/compare-texts.ts';
import { createCameraTurns } from './camera-turns.ts';
import type { Fault } from './error-answer.ts';
import { createKnownRecords } from './known-records.ts';
import type { ListMatches, ListsState, LiveMatch } from './list-matches.ts';

/** What a listener hears: first all that is known, then changes, or why nothing can be read at the moment. */
export type LiveEvent =
  | {
      readonly kind: 'snapshot';
      readonly records: readonly PictureRecord[];
      readonly cameras: readonly string[];
      readonly lists: ListsState;
      readonly matches: readonly LiveMatch[];
    }
  | {
      readonly kind: 'records';
      readonly records: readonly PictureRecord[];
      readonly matches: readonly LiveMatch[];
    }
  | { readonly kind: 'fault'; readonly fault: Fault };

type Listener = (event: LiveEvent) => void;

/** The newest records of every camera, kept fresh while somebody listens. */
export type LiveFeed = { readonly listen: (listener: Listener) => () => void };

const queriesAtOnce = 10;
const snapshotLength = 200;

/**
 * Polls while there are listeners. The day's counters are small, so they say cheaply which cameras have new
 * pictures. `wait` resolves when it is time for the next poll.
 */
export function createLiveFeed(deps: {
  readonly readCounters: () => Promise<readonly UsageIncrement[]>;
  /** The newest records of a camera, by the time of capture. */
  readonly readNewest: (camera: string, count: number) => Promise<readonly PictureRecord[]>;
  readonly lists: ListMatches;
  readonly now: () => number;
  readonly wait: () => Promise<unknown>;
  readonly faultOf: (error: unknown) => Fault;
}): LiveFeed {
  const listeners = new Set<Listener>();
  const known = createKnownRecords(deps);
  const turns = createCameraTurns();
  let isPolling = false;
  let hasSnapshot = false;
  let fault: Fault | undefined;

  const snapshot = (arrived?: readonly LiveMatch[]) => snapshotOf(known, deps.lists, arrived);
  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  async function poll(): Promise<void> {
    const limit = pLimit(queriesAtOnce);
    const usage = await deps.readCounters();
    const haveListsChanged = await deps.lists.refresh();
    const changes = await Promise.all(
      turns
        .next(usage, known.incompleteCameras())
        .map((turn) => limit(() => known.changes(turn, hasSnapshot))),
    );
    const records = changes.flat().toSorted(compareArrivals);
    const isAfterFault = fault !== undefined;
    fault = undefined;
    const matches = hasSnapshot ? deps.lists.arriving(records) : [];
    if (!hasSnapshot || isAfterFault || haveListsChanged) {
      hasSnapshot = true;
      tell(snapshot(matches));
    } else if (records.length > 0) tell({ kind: 'records', records, matches });
  }

  async function pollWhileHeard(): Promise<void> {
    while (listeners.size > 0) {
      try {
        await poll();
      } catch (error) {
        const next = deps.faultOf(error);
        if (fault?.code !== next.code) tell({ kind: 'fault', fault: next });
        fault = next;
      }
      await deps.wait();
    }
    isPolling = false;
  }

  return {
    listen: (listener) => {
      listeners.add(listener);
      if (fault) listener({ kind: 'fault', fault });
      else if (hasSnapshot) listener(snapshot());
      if (!isPolling) {
        isPolling = true;
        void pollWhileHeard();
      }
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** All that is known; `arrived` are the matches of pictures that nobody has heard of yet. */
function snapshotOf(
  known: ReturnType<typeof createKnownRecords>,
  lists: ListMatches,
  arrived: readonly LiveMatch[] = [],
): LiveEvent {
  const records = known.all().toSorted(compareArrivals).slice(0, snapshotLength);
  const arrivedIds = new Set(arrived.map(({ imageId }) => imageId));
  const others = records.filter(({ imageId }) => !arrivedIds.has(imageId));
  return {
    kind: 'snapshot',
    records,
    cameras: known.cameras().toSorted(compareTexts),
    lists: lists.state(),
    matches: [...arrived, ...lists.known(others)],
  };
}

/** The latest arrival first. */
function compareArrivals(one: PictureRecord, other: PictureRecord): number {
  return (
    compareTexts(other.readAt ?? other.uploadedAt, one.readAt ?? one.uploadedAt) ||
    compareTexts(one.imageId, other.imageId)
  );
}
