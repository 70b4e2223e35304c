import type { Capture } from '../capture/capture.ts';
import type { UploadedObject } from '../message/uploaded-object.ts';
import { bestOf, type Box, type FinalOutcome, type PlateRead } from './outcome.ts';
import type { Picture } from '../picture/picture.ts';
import { rulesVersion } from '../plate/plate-rules.ts';
import { classifyPlate, type ClassifiedPlate } from '../plate/classify-plate.ts';
import type { Reason } from './reason.ts';

/** A picture with one of these is done: it is never sent again. */
export const finalStatuses = ['READ', 'NO_PLATE', 'UNREADABLE', 'REJECTED', 'GONE'] as const;
export type FinalStatus = (typeof finalStatuses)[number];

/** What is known of a picture before anybody looked at it; written by the claim. */
export type AnnouncedAttributes = {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly sizeBytes?: number;
  readonly uploadedAt: string;
  /** Epoch seconds at which DynamoDB may delete the record. */
  readonly expiresAt: number;
} & Capture;

/** What the rules of plate.ts say of the best read, and what follows from it. */
export type PlateAttributes = Pick<ClassifiedPlate, 'plateClass' | 'region' | 'vehicleKind' | 'verdict'> & {
  /** Absent where nothing of the plate is left to search for: DynamoDB refuses an empty index key. */
  readonly plateKey?: string;
  readonly plateCorrections?: ClassifiedPlate['corrections'];
  readonly plateFaults?: ClassifiedPlate['faults'];
  readonly rulesVersion: string;
  /** Whether a person should look at the picture. */
  readonly needsReview: boolean;
  /** Absent where the plate does not end in four digits. */
  readonly lastFour?: string;
};

/** What the final record adds, or says better. */
export type FinalAttributes = {
  readonly status: FinalStatus;
  readonly plate?: string;
  readonly confidence?: number;
  readonly box?: Box;
  readonly plates?: readonly PlateRead[];
  readonly reason?: Reason;
  readonly resolution?: string;
  readonly fileType?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sizeBytes?: number;
  readonly readAt: string;
  readonly expiresAt: number;
} & Capture &
  Partial<PlateAttributes>;

/** What the settings say of a record. */
export type RecordSettings = {
  readonly retentionDays: number;
  /** 0 to 1. */
  readonly reviewBelowConfidence: number;
};

/** A read below this confidence is looked at by a person, unless the settings say otherwise. */
export const defaultReviewBelowConfidence = 0.8;

export function announcedAttributes(
  image: UploadedObject,
  capture: Capture,
  nowMs: number,
  retentionDays: number,
): AnnouncedAttributes {
  const { bucket, key, versionId, etag, sizeBytes, uploadedAt } = image;
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

/** The final record of a picture; `picture` is absent where its bytes were never seen or no picture. */
export function finalAttributes(
  outcome: FinalOutcome,
  picture: Omit<Picture, 'parts'> | undefined,
  capture: Capture,
  nowMs: number,
  { retentionDays, reviewBelowConfidence }: RecordSettings,
): FinalAttributes {
  return {
    ...attributesOfOutcome(outcome, reviewBelowConfidence),
    ...(picture && {
      fileType: picture.fileType,
      width: picture.width,
      height: picture.height,
      sizeBytes: picture.sizeBytes,
    }),
    ...('resolution' in outcome ? { resolution: outcome.resolution } : {}),
    ...capture,
    readAt: new Date(nowMs).toISOString(),
    expiresAt: expiresAtEpochSeconds(nowMs, retentionDays),
  };
}

/** What is recorded of a plate besides the read itself, by today's rules. */
export function plateAttributes(
  { plate, confidence }: Pick<PlateRead, 'plate' | 'confidence'>,
  reviewBelowConfidence: number,
): PlateAttributes {
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
    needsReview: verdict !== 'valid' || confidence < reviewBelowConfidence,
    ...(lastFour === undefined ? {} : { lastFour }),
  };
}

function attributesOfOutcome(
  outcome: FinalOutcome,
  reviewBelowConfidence: number,
): Pick<FinalAttributes, 'status' | 'plate' | 'confidence' | 'box' | 'plates' | 'reason'> &
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
  }
}

function expiresAtEpochSeconds(nowMs: number, retentionDays: number): number {
  return Math.floor(nowMs / 1000) + retentionDays * 24 * 3600;
}
