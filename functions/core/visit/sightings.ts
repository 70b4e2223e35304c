import { defaultReviewBelowConfidence, plateAttributes } from '../record/build-record.ts';
import type { PictureRecord } from '../record/record.ts';
import { keyOfHash } from '../privacy/plate-hash.ts';
import type { StoredRead } from '../record/plate-read.ts';
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
  return plates.flatMap((read, place) => {
    const { plate, plateHash, confidence } = read;
    const isBest =
      plate === record.plate && plateHash === record.plateHash && confidence === record.confidence;
    // Such a read is wrong; if it was seen before the person decided, it is in a visit already.
    if (isBest && review && review.decision !== 'confirmed') return [];
    const { plateKey, needsReview = true } = isBest ? record : attributesOf(read);
    if (plateKey === undefined) return [];
    const readId = `${imageId}#${place}`;
    const text = plate ?? plateKey;
    return [{ readId, imageId, camera, capturedAt, plate: text, plateKey, confidence, needsReview }];
  });
}

/** What the rules say of a read that is not the best one. */
function attributesOf({ plate, plateHash, needsReview, confidence }: StoredRead) {
  if (plate !== undefined) return plateAttributes({ plate, confidence }, defaultReviewBelowConfidence);
  return {
    ...(plateHash !== undefined && { plateKey: keyOfHash(plateHash) }),
    ...(needsReview !== undefined && { needsReview }),
  };
}

/** What a person said is a sighting of its own, since the read can be in a visit already. */
function reviewSightings(record: PictureRecord): readonly Sighting[] {
  const { imageId, camera, capturedAt, plateKey, review } = record;
  if (!review || review.decision === 'rejected') return [];
  if (camera === undefined || plateKey === undefined) return [];
  const plate = currentPlateOf(record) ?? plateKey;
  const readId = `${imageId}#review-${review.at}`;
  const certain = { confidence: 1, needsReview: false, isReviewed: true } as const;
  return [{ readId, imageId, camera, capturedAt, plate, plateKey, ...certain }];
}
