import { isDeepStrictEqual } from 'node:util';
import {
  defaultReviewBelowConfidence,
  plateAttributes,
} from '../../../functions/core/record/build-record.ts';
import type { PictureRecord, PlateAttributes } from '../../../functions/core/record/record.ts';
import { attributesAfterReview, plateAttributeNames } from '../../../functions/core/record/review.ts';

type PlateAttribute = keyof PlateAttributes;

/** An attribute to which the current rules give another value; undefined means absent. */
export type AttributeChange = {
  readonly attribute: PlateAttribute;
  readonly before: PictureRecord[PlateAttribute];
  readonly after: PlateAttributes[PlateAttribute];
};

/**
 * Returns what the current rules change in a record; nothing in one without a plate. A person's review stays.
 * Without `reviewBelowConfidence`, `needsReview` changes only with the verdict, because the stage can have its
 * own threshold.
 */
export function changesOf(
  reading: PictureRecord,
  reviewBelowConfidence: number | undefined,
): readonly AttributeChange[] {
  const current = currentAttributes(reading, reviewBelowConfidence);
  if (current === undefined) return [];
  return plateAttributeNames
    .map((attribute) => ({ attribute, before: reading[attribute], after: current[attribute] }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

function currentAttributes(
  reading: PictureRecord,
  reviewBelowConfidence: number | undefined,
): { readonly [Name in keyof PlateAttributes]?: PlateAttributes[Name] | undefined } | undefined {
  const { status, plate, confidence, review, needsReview } = reading;
  if (review) return attributesAfterReview(reading, review);
  if (status !== 'READ' || plate === undefined || confidence === undefined) return undefined;
  const current = plateAttributes(
    { plate, confidence },
    reviewBelowConfidence ?? defaultReviewBelowConfidence,
  );
  const keepsReview = reviewBelowConfidence === undefined && reading.verdict === current.verdict;
  return keepsReview && needsReview !== undefined
    ? { ...current, needsReview, reviewState: needsReview ? 'OPEN' : undefined }
    : current;
}
