import pLimit from 'p-limit';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import type { UsageIncrement } from '../../functions/core/record/usage.ts';
import { compareTexts } from '../../functions/core/search/compare-texts.ts';
import type { Fault } from './error-answer.ts';

/** What a listener hears: first all that is known, then changes, or why nothing can be read at the moment. */
export type LiveEvent =
  | {
      readonly kind: 'snapshot';
      readonly records: readonly PictureRecord[];
      readonly cameras: readonly string[];
    }
  | { readonly kind: 'records'; readonly records: readonly PictureRecord[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

type Listener = (event: LiveEvent) => void;

/** The newest records of every camera, kept fresh while somebody listens. */
export type LiveFeed = { readonly listen: (listener: Listener) => () => void };

/**
 * A stage with so many cameras is asked about all of them each time; one with more, about those with new
 * pictures, and about so many others in turn, since an index can be behind its table for a moment.
 */
const camerasInTurn = 20;
const queriesAtOnce = 10;
const snapshotLength = 200;

/**
 * Polls while there are listeners. The day's counters are small, so they say cheaply which cameras have new
 * pictures. `wait` resolves when it is time for the next poll.
 */
export function createLiveFeed(deps: {
  readonly readCounters: () => Promise<readonly UsageIncrement[]>;
  /** The newest records of a camera, by the time of capture. */
  readonly readNewest: (camera: string) => Promise<readonly PictureRecord[]>;
  readonly wait: () => Promise<unknown>;
  readonly faultOf: (error: unknown) => Fault;
}): LiveFeed {
  const listeners = new Set<Listener>();
  const newest = new Map<string, readonly PictureRecord[]>();
  const turns = createTurns();
  let isPolling = false;
  let hasSnapshot = false;
  let fault: Fault | undefined;

  const snapshot = (): LiveEvent => ({
    kind: 'snapshot',
    records: [...newest.values()].flat().toSorted(compareArrivals).slice(0, snapshotLength),
    cameras: [...newest.keys()].toSorted(compareTexts),
  });
  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  async function poll(): Promise<void> {
    const limit = pLimit(queriesAtOnce);
    const changes = await Promise.all(
      turns.next(await deps.readCounters()).map((camera) =>
        limit(async () => {
          const before = new Map(
            (newest.get(camera) ?? []).map((record) => [record.imageId, stateOf(record)]),
          );
          const records = await deps.readNewest(camera);
          newest.set(camera, records);
          return records.filter((record) => before.get(record.imageId) !== stateOf(record));
        }),
      ),
    );
    const records = changes.flat().toSorted(compareArrivals);
    const isAfterFault = fault !== undefined;
    fault = undefined;
    if (!hasSnapshot || isAfterFault) {
      hasSnapshot = true;
      tell(snapshot());
    } else if (records.length > 0) tell({ kind: 'records', records });
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

/** What changes when a picture is read, or begins to wait for another reason. */
function stateOf({ status, reason }: PictureRecord): string {
  return `${status} ${reason?.code ?? ''}`;
}

/** The latest arrival first. */
function compareArrivals(one: PictureRecord, other: PictureRecord): number {
  return (
    compareTexts(other.readAt ?? other.uploadedAt, one.readAt ?? one.uploadedAt) ||
    compareTexts(one.imageId, other.imageId)
  );
}

/** Chooses which cameras a poll asks: those that the counters show new or changed, and others in turn. */
function createTurns() {
  const counted = new Map<string, number>();
  let turn = 0;
  return {
    next: (usage: readonly UsageIncrement[]): string[] => {
      const changed = new Set<string>();
      for (const [camera, days] of Map.groupBy(usage, ({ camera }) => camera)) {
        const total = days.reduce((sum, { counts }) => sum + counts.pictures + counts.calls, 0);
        if (counted.get(camera) !== total) changed.add(camera);
        counted.set(camera, total);
      }
      const others = [...counted.keys()].filter((camera) => !changed.has(camera));
      const first = others.length === 0 ? 0 : turn % others.length;
      turn = first + camerasInTurn;
      const count = Math.min(camerasInTurn, others.length);
      return [...changed, ...[...others, ...others].slice(first, first + count)];
    },
  };
}
