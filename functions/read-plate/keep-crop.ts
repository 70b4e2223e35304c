import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { putTimeoutMs, type CropStore } from '../adapters/crop-store.ts';
import { nameCropTimeoutMs, type ReadingsTable } from '../adapters/readings-table.ts';
import type { Parts } from '../core/picture/parts.ts';
import type { Box } from '../core/record/plate-read.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import type { CutCrop } from '../plate-reader/isolated-crop.ts';

/** A picture whose final record is written. */
type RecordedPicture = {
  readonly imageId: string;
  readonly readAt: string;
  readonly parts: Parts;
  /** Of the best read. */
  readonly box: Box;
};

/** Resolves to why no crop is kept, or to undefined. Never throws. */
export type KeepCrop = (
  recorded: RecordedPicture,
  remainingTimeMs: () => number,
) => Promise<Reason | undefined>;

/** The longest time of cutting one crop, in milliseconds. */
export const cutTimeoutMs = 5000;

/** What follows the crops in an invocation: reporting to SQS, and the counters. */
const closingMs = 5000;

/**
 * Cuts the plate out of a picture, stores it and names it in the record, which is written before: whatever
 * fails here, the reading stays. One picture at a time, since each decoding takes memory.
 */
export function createKeepCrop(deps: {
  readonly cutCrop: CutCrop;
  readonly crops: CropStore;
  readonly table: Pick<ReadingsTable, 'nameCrop'>;
}): KeepCrop {
  const oneAtATime = pLimit(1);

  return ({ imageId, readAt, parts, box }, remainingTimeMs) =>
    oneAtATime(async () => {
      if (remainingTimeMs() < cutTimeoutMs + putTimeoutMs + nameCropTimeoutMs + closingMs) return outOfTime;
      try {
        const cut = await deps.cutCrop(parts, box);
        if (cut.kind === 'refused') return cut.reason;
        const cropKey = cropKeyOf(imageId);
        await deps.crops.put(cropKey, cut.jpeg);
        await deps.table.nameCrop(imageId, readAt, cropKey);
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    });
}

/** A key without camera, time or plate: access logs of a bucket show keys. */
function cropKeyOf(imageId: string): string {
  return `${createHash('sha256').update(imageId).digest('hex')}.jpg`;
}

const outOfTime: Reason = {
  code: 'OUT_OF_TIME',
  message: 'The invocation had too little time left to keep a crop.',
};
