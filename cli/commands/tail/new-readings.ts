import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { compareTexts } from '../../../functions/core/search/compare-texts.ts';

/** Remembers what has been told of the records, and picks out what is new. */
type NewReadings = {
  /**
   * Of all records captured since `since`, those that became final or began to wait for another reason since they were told last, in the
   * order in which that happened as far as it is known. What was captured before `since` is forgotten.
   */
  take(readings: readonly PictureRecord[], since: string): PictureRecord[];
};

type Told = { readonly state: string; readonly capturedAt: string };

export function createNewReadings(): NewReadings {
  let told = new Map<string, Told>();

  return {
    take(readings, since) {
      told = new Map([...told].filter(([, { capturedAt }]) => capturedAt >= since));
      const news = readings.filter((reading) => {
        const before = told.get(reading.imageId)?.state;
        const state = stateOf(reading);
        // An index may show an older state again for a moment; a final one is the last.
        if (state === undefined || state === before || before === final) return false;
        told.set(reading.imageId, { state, capturedAt: reading.capturedAt });
        return true;
      });
      return news.sort((one, other) => compareTexts(one.readAt ?? '', other.readAt ?? ''));
    },
  };
}

const final = 'FINAL';

/** Undefined while there is nothing to tell. */
function stateOf({ status, reason }: PictureRecord): string | undefined {
  return status === 'PENDING' ? reason?.code : final;
}
