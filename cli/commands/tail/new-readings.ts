import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { compareTexts } from '../../../functions/core/search/compare-texts.ts';

/** Remembers which records were reported in which state, and selects the new ones. */
type NewReadings = {
  /**
   * Takes all records captured since `since`. Returns those that became final or began to wait for another
   * reason since their last report, ordered by `readAt`. Forgets what was captured earlier, so that memory
   * does not grow.
   */
  take(readings: readonly PictureRecord[], since: string): PictureRecord[];
};

type Reported = { readonly state: string; readonly capturedAt: string };

/** Nothing is reported yet. */
export function createNewReadings(): NewReadings {
  let reported = new Map<string, Reported>();

  return {
    take(readings, since) {
      reported = new Map([...reported].filter(([, { capturedAt }]) => capturedAt >= since));
      const newReadings = readings.filter((reading) => {
        const before = reported.get(reading.imageId)?.state;
        const state = stateOf(reading);
        // An index can return an older state for a moment, but a final state never changes.
        if (state === undefined || state === before || before === final) return false;
        reported.set(reading.imageId, { state, capturedAt: reading.capturedAt });
        return true;
      });
      return newReadings.sort((one, other) => compareTexts(one.readAt ?? '', other.readAt ?? ''));
    },
  };
}

/** One state for all final statuses. */
const final = 'FINAL';

/** Undefined while there is nothing to report. */
function stateOf({ status, reason }: PictureRecord): string | undefined {
  return status === 'PENDING' ? reason?.code : final;
}
