import type { UploadedObject } from '../message/uploaded-object.ts';
import type { Picture } from '../picture/picture.ts';
import { classifyPlate } from '../plate/classify-plate.ts';
import { rulesVersion } from '../plate/plate-rules.ts';
import { expiresAtEpochSeconds } from './expiry.ts';
import type { FinalOutcome } from './outcome.ts';
import { bestOf, type PlateRead } from './plate-read.ts';
import type { AnnouncedRecord, Capture, FinalRecord, PlateAttributes } from './record.ts';

/** The settings that decide about a record. */
export type RecordSettings = {
  readonly retentionDays: number;
  /** 0 to 1. */
  readonly reviewBelowConfidence: number;
};

/** A read below this confidence needs review by a person, unless the settings say otherwise. */
export const defaultReviewBelowConfidence = 0.8;

export function announcedRecord(
  object: UploadedObject,
  capture: Capture,
  nowMs: number,
  retentionDays: number,
): AnnouncedRecord {
  const { bucket, key, versionId, etag, sizeBytes, uploadedAt } = object;
  return {
    bucket,
    key,
    ...(versionId === undefined ? {} : { versionId }),
    ...(etag === undefined ? {} : { etag }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    uploadedAt,
    ...capture,
    expiresAt: expiresAtEpochSeconds(nowMs, retentionDays),
  };
}

/**
 * The final record of a picture; `picture` is undefined where the bytes were not fetched or are no picture.
 */
export function finalRecord(
  outcome: FinalOutcome,
  picture: Omit<Picture, 'parts'> | undefined,
  capture: Capture,
  nowMs: number,
  { retentionDays, reviewBelowConfidence }: RecordSettings,
): FinalRecord {
  const preparation = 'preparation' in outcome ? outcome.preparation : undefined;
  return {
    ...attributesOfOutcome(outcome, reviewBelowConfidence),
    ...(picture && {
      fileType: picture.fileType,
      width: preparation?.width ?? picture.width,
      height: preparation?.height ?? picture.height,
      sizeBytes: picture.sizeBytes,
    }),
    ...(preparation && { preparation: preparation.steps }),
    ...('resolution' in outcome ? { resolution: outcome.resolution } : {}),
    ...capture,
    readAt: new Date(nowMs).toISOString(),
    expiresAt: expiresAtEpochSeconds(nowMs, retentionDays),
  };
}

/** What a record has about a plate besides the read itself, by the current rules. */
export function plateAttributes(
  { plate, confidence }: Pick<PlateRead, 'plate' | 'confidence'>,
  reviewBelowConfidence: number,
): PlateAttributes {
  const attributes = attributesByRules(plate);
  const needsReview = attributes.verdict !== 'valid' || confidence < reviewBelowConfidence;
  return { ...attributes, needsReview, ...(needsReview && { reviewState: 'OPEN' }) };
}

/** What the current rules say of a plate that a reader or a person read. */
export function attributesByRules(plate: string): Omit<PlateAttributes, 'needsReview' | 'reviewState'> {
  const { plateKey, corrections, plateClass, region, vehicleKind, verdict, faults } = classifyPlate(plate);
  const lastFour = /[0-9]{4}$/.exec(plateKey)?.[0];
  return {
    ...(plateKey === '' ? {} : { plateKey }),
    ...(corrections.length === 0 ? {} : { plateCorrections: corrections }),
    plateClass,
    ...(region === undefined ? {} : { region }),
    ...(vehicleKind === undefined ? {} : { vehicleKind }),
    verdict,
    ...(faults.length === 0 ? {} : { plateFaults: faults }),
    rulesVersion,
    ...(lastFour === undefined ? {} : { lastFour }),
  };
}

function attributesOfOutcome(
  outcome: FinalOutcome,
  reviewBelowConfidence: number,
): Pick<FinalRecord, 'status' | 'plate' | 'confidence' | 'box' | 'plates' | 'reason'> &
  Partial<PlateAttributes> {
  switch (outcome.kind) {
    case 'read': {
      const best = bestOf(outcome.plates);
      return {
        status: 'READ',
        ...best,
        plates: outcome.plates,
        ...plateAttributes(best, reviewBelowConfidence),
      };
    }
    case 'no-plate':
      return { status: 'NO_PLATE', reason: outcome.reason };
    case 'unreadable':
      return { status: 'UNREADABLE', reason: outcome.reason };
    case 'rejected':
      return { status: 'REJECTED', reason: outcome.reason };
    case 'gone':
      return { status: 'GONE', reason: outcome.reason };
    case 'unavailable':
      return { status: 'UNAVAILABLE', reason: outcome.reason };
  }
}
