import { isDeepStrictEqual } from 'node:util';
import {
  defaultReviewBelowConfidence,
  plateAttributes,
} from '../../../functions/core/record/build-record.ts';
import type { PictureRecord, PlateAttributes } from '../../../functions/core/record/record.ts';

type PlateAttribute = keyof PlateAttributes;

/** An attribute to which the current rules give another value; undefined means absent. */
export type AttributeChange = {
  readonly attribute: PlateAttribute;
  readonly before: PictureRecord[PlateAttribute];
  readonly after: PlateAttributes[PlateAttribute];
};

const attributes = [
  'plateKey',
  'plateCorrections',
  'plateClass',
  'region',
  'vehicleKind',
  'verdict',
  'plateFaults',
  'rulesVersion',
  'needsReview',
  'lastFour',
] as const satisfies readonly PlateAttribute[];

/**
 * Returns what the current rules change in a record; nothing in one without a read. Without
 * `reviewBelowConfidence`, `needsReview` changes only with the verdict, because the stage can have its own
 * threshold.
 */
export function changesOf(
  reading: PictureRecord,
  reviewBelowConfidence: number | undefined,
): readonly AttributeChange[] {
  const { status, plate, confidence } = reading;
  if (status !== 'READ' || plate === undefined || confidence === undefined) return [];
  const current = plateAttributes(
    { plate, confidence },
    reviewBelowConfidence ?? defaultReviewBelowConfidence,
  );
  const keepsReview = reviewBelowConfidence === undefined && reading.verdict === current.verdict;
  return attributes
    .filter((attribute) => attribute !== 'needsReview' || !keepsReview)
    .map((attribute) => ({ attribute, before: reading[attribute], after: current[attribute] }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}
