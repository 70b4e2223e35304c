import { defaultReviewBelowConfidence, plateAttributes } from '../record/build-record.ts';
import type { PictureRecord } from '../record/record.ts';
import type { Sighting } from './visit.ts';

/** Every plate that a picture shows: a parked car must not hide the one that passes it. */
export function sightingsOf(record: PictureRecord): readonly Sighting[] {
  const { imageId, status, camera, capturedAt, plates = [] } = record;
  if (status !== 'READ' || camera === undefined) return [];
  return plates.flatMap(({ plate, confidence }, place) => {
    const isBest = plate === record.plate && confidence === record.confidence;
    const { plateKey, needsReview = true } = isBest
      ? record
      : plateAttributes({ plate, confidence }, defaultReviewBelowConfidence);
    if (plateKey === undefined) return [];
    const readId = `${imageId}#${place}`;
    return [{ readId, imageId, camera, capturedAt, plate, plateKey, confidence, needsReview }];
  });
}
