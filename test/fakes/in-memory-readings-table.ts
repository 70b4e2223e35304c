import type { ReadingsTable } from '../../functions/adapters/readings-table.ts';
import type { Reason } from '../../functions/core/record/reason.ts';
import {
  canStillBeRead,
  type AnnouncedRecord,
  type FinalRecord,
} from '../../functions/core/record/record.ts';

type Pending = {
  readonly status: 'PENDING';
  readonly claimOwner: string;
  readonly claimUntil: number;
  readonly reason?: Reason;
  readonly nextTryAt?: string;
};

type StoredReading = {
  readonly announced: AnnouncedRecord;
  readonly attempts: number;
  readonly calls: number;
  readonly readerCrashes: number;
  readonly state: Pending | FinalRecord;
  readonly cropKey?: string;
};

/** The readings table with its conditions, in memory. */
export function createInMemoryReadingsTable() {
  const readings = new Map<string, StoredReading>();

  return {
    readings,

    claim(imageId, announced, { owner, nowMs, untilMs }) {
      const stored = readings.get(imageId);
      if (stored && !canStillBeRead(stored.state.status)) return Promise.resolve({ kind: 'final' });
      if (stored?.state.status === 'PENDING' && stored.state.claimUntil >= nowMs) {
        return Promise.resolve({ kind: 'taken', untilMs: stored.state.claimUntil });
      }
      const attempts = (stored?.attempts ?? 0) + 1;
      const { calls = 0, readerCrashes = 0 } = stored ?? {};
      const state: Pending = { status: 'PENDING', claimOwner: owner, claimUntil: untilMs };
      readings.set(imageId, { announced, attempts, calls, readerCrashes, state });
      const wasUnavailable =
        stored?.state.status === 'UNAVAILABLE' ? ({ wasUnavailable: true } as const) : {};
      return Promise.resolve({ kind: 'claimed', attempts, calls, readerCrashes, ...wasUnavailable });
    },

    record(imageId, owner, final, calls) {
      const stored = readings.get(imageId);
      if (stored && stored.state.status !== 'PENDING') return Promise.resolve('final-before');
      if (stored?.state.status !== 'PENDING' || stored.state.claimOwner !== owner) {
        return Promise.resolve('claim-lost');
      }
      readings.set(imageId, { ...stored, calls, state: final });
      return Promise.resolve('recorded');
    },

    release(imageId, owner, { calls, readerCrashes, ...waiting }) {
      const stored = readings.get(imageId);
      if (stored?.state.status === 'PENDING' && stored.state.claimOwner === owner) {
        readings.set(imageId, {
          ...stored,
          calls,
          ...(readerCrashes === undefined ? {} : { readerCrashes }),
          state: { ...stored.state, ...waiting, claimUntil: 0 },
        });
      }
      return Promise.resolve();
    },

    nameCrop(imageId, readAt, cropKey) {
      const stored = readings.get(imageId);
      if (stored && stored.state.status !== 'PENDING' && stored.state.readAt === readAt) {
        readings.set(imageId, { ...stored, cropKey });
      }
      return Promise.resolve();
    },
  } satisfies ReadingsTable & { readings: Map<string, StoredReading> };
}
