import { defaultReviewBelowConfidence, plateAttributes } from '../record/build-record.ts';
import type { PictureRecord } from '../record/record.ts';
import { currentPlateOf } from '../record/review.ts';
import type { Sighting } from './visit.ts';

/**
 * Every plate that a picture shows, and what a person said of the best one: a parked car must not hide the one
 * that passes it.
 */
export function sightingsOf(record: PictureRecord): readonly Sighting[] {
  return [...readSightings(record), ...reviewSightings(record)];
}

function readSightings(record: PictureRecord): readonly Sighting[] {
  const { imageId, status, camera, capturedAt, plates = [], review } = record;
  if (status !== 'READ' || camera === undefined) return [];
  return plates.flatMap(({ plate, confidence }, place) => {
    const isBest = plate === record.plate && confidence === record.confidence;
    // Such a read is wrong; if it was seen before the person decided, it is in a visit already.
    if (isBest && review && review.decision !== 'confirmed') return [];
    const { plateKey, needsReview = true } = isBest
      ? record
      : plateAttributes({ plate, confidence }, defaultReviewBelowConfidence);
    if (plateKey === undefined) return [];
    const readId = `${imageId}#${place}`;
    return [{ readId, imageId, camera, capturedAt, plate, plateKey, confidence, needsReview }];
  });
}

/** What a person said is a sighting of its own, since the read can be in a visit already. */
function reviewSightings(record: PictureRecord): readonly Sighting[] {
  const { imageId, camera, capturedAt, plateKey, review } = record;
  const plate = currentPlateOf(record);
  if (!review || review.decision === 'rejected') return [];
  if (camera === undefined || plate === undefined || plateKey === undefined) return [];
  const readId = `${imageId}#review-${review.at}`;
  const certain = { confidence: 1, needsReview: false, isReviewed: true } as const;
  return [{ readId, imageId, camera, capturedAt, plate, plateKey, ...certain }];
}
