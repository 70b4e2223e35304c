import { composeJamo } from '../plate/compose-jamo.ts';
import { indexKeysOf, plateTextOf } from '../privacy/plate-hash.ts';
import { attributesByRules } from './build-record.ts';
import type { PictureRecord, PlateAttributes, Review } from './record.ts';

/** The attributes of a record that follow from the plate that counts, by the rules. */
export const plateAttributeNames = [
  'plateKey',
  'plateCorrections',
  'plateClass',
  'region',
  'vehicleKind',
  'verdict',
  'plateFaults',
  'rulesVersion',
  'needsReview',
  'reviewState',
  'lastFour',
] as const satisfies readonly (keyof PlateAttributes)[];

/** What a person says about a picture. `reopen` takes back what was decided before. */
export type Decision =
  | { readonly kind: 'confirm' | 'reject' | 'reopen' }
  /** The plate as the person typed it. */
  | { readonly kind: 'correct'; readonly plate: string };

/** The review that follows from a decision, undefined after `reopen`; or why nothing can be decided so. */
type Decided =
  | { readonly kind: 'review'; readonly review: Review | undefined }
  /** `no-read`: the picture has no read to confirm or reject. `no-plate`: nothing is left of the typed text. */
  | { readonly kind: 'fault'; readonly fault: 'no-read' | 'no-plate' };

/** A correction that says what was read confirms it. */
export function decide(
  { status, plate }: Pick<PictureRecord, 'status' | 'plate'>,
  decision: Decision,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Decided {
  const signature = { by, at: new Date(nowMs).toISOString() };
  if (decision.kind === 'reopen') return { kind: 'review', review: undefined };
  const isAddition = decision.kind === 'correct' && status === 'NO_PLATE';
  if (status !== 'READ' && !isAddition) return { kind: 'fault', fault: 'no-read' };
  switch (decision.kind) {
    case 'confirm':
      return { kind: 'review', review: { decision: 'confirmed', ...signature } };
    case 'reject':
      return { kind: 'review', review: { decision: 'rejected', ...signature } };
    case 'correct': {
      const corrected = composeJamo(decision.plate.trim().replaceAll(/\s+/g, ' '));
      const { plateKey } = attributesByRules(corrected);
      if (plateKey === undefined) return { kind: 'fault', fault: 'no-plate' };
      return plate !== undefined && attributesByRules(plate).plateKey === plateKey
        ? { kind: 'review', review: { decision: 'confirmed', ...signature } }
        : { kind: 'review', review: { decision: 'corrected', plate: corrected, ...signature } };
    }
  }
}

/**
 * What the plate rules say of a record with this review: of the corrected plate, or of the read. A rejected
 * read is not found by its plate. Without a review a read needs one.
 */
export function attributesAfterReview(
  record: Pick<PictureRecord, 'plate'> & Partial<PictureRecord>,
  review: Review | undefined,
): Partial<PlateAttributes> {
  const counted = currentPlateOf({ plate: record.plate, review });
  if (counted === undefined && record.plateHash === undefined) return {};
  const { plateKey, lastFour, ...others }: Partial<PlateAttributes> =
    counted === undefined ? attributesOfHidden(record) : attributesByRules(counted);
  const found = {
    ...(plateKey === undefined ? {} : { plateKey }),
    ...(lastFour === undefined ? {} : { lastFour }),
  };
  if (review === undefined) return { ...others, ...found, needsReview: true, reviewState: 'OPEN' };
  return { ...others, ...(review.decision === 'rejected' ? {} : found), needsReview: false };
}

/** What is known of a plate that is kept as a hash; once it was corrected, what its text said is forgotten. */
function attributesOfHidden(record: Partial<PictureRecord>): Partial<PlateAttributes> {
  const { plateHash, lastFourHash, plateClass, vehicleKind, verdict, rulesVersion, review } = record;
  if (plateHash === undefined) return {};
  const keys = indexKeysOf({ plateHash, ...(lastFourHash !== undefined && { lastFourHash }) });
  if (review?.decision === 'corrected') return keys;
  return {
    ...keys,
    ...(plateClass !== undefined && { plateClass }),
    ...(vehicleKind !== undefined && { vehicleKind }),
    ...(verdict !== undefined && { verdict }),
    ...(rulesVersion !== undefined && { rulesVersion }),
  };
}

/** The plate that counts: what a person said, else the best read. */
export function currentPlateOf({
  plate,
  review,
}: {
  readonly plate?: string | undefined;
  readonly review?: Review | undefined;
}): string | undefined {
  return review?.decision === 'corrected' ? review.plate : plate;
}

/** The plate that counts, for people; of a plate that is kept as a hash, its beginning. */
export function shownPlateOf(
  record: Pick<PictureRecord, 'plate' | 'plateHash' | 'review'>,
): string | undefined {
  return plateTextOf({ plate: currentPlateOf(record), plateHash: record.plateHash });
}
