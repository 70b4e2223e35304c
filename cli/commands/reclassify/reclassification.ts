import { isDeepStrictEqual } from 'node:util';
import {
  defaultReviewBelowConfidence,
  plateAttributes,
} from '../../../functions/core/record/build-record.ts';
import type { PictureRecord, PlateAttributes } from '../../../functions/core/record/record.ts';

type PlateAttribute = keyof PlateAttributes;

/** An attribute that today's rules give another value; undefined where it is absent. */
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
 * What today's rules make different in a record; nothing in one without a read. Where no bound of confidence is given, a read whose verdict
 * stays needs review as much as before: the stage may have a bound of its own.
 */
export function changesOf(
  reading: PictureRecord,
  reviewBelowConfidence: number | undefined,
): readonly AttributeChange[] {
  const { status, plate, confidence } = reading;
  if (status !== 'READ' || plate === undefined || confidence === undefined) return [];
  const today = plateAttributes({ plate, confidence }, reviewBelowConfidence ?? defaultReviewBelowConfidence);
  const keepsReview = reviewBelowConfidence === undefined && reading.verdict === today.verdict;
  return attributes
    .filter((attribute) => attribute !== 'needsReview' || !keepsReview)
    .map((attribute) => ({ attribute, before: reading[attribute], after: today[attribute] }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}
