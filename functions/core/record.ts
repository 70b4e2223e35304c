import type { Capture } from './capture.ts';
import type { Image } from './image.ts';
import { bestOf, type Box, type FinalOutcome, type PlateRead } from './outcome.ts';
import type { Picture } from './picture.ts';
import { plateKeyOf } from './plate.ts';
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
  readonly camera?: string;
  readonly capturedAt: string;
  /** Epoch seconds at which DynamoDB may delete the record. */
  readonly expiresAt: number;
};

/** What the final record adds, or says better. */
export type FinalAttributes = {
  readonly status: FinalStatus;
  readonly plate?: string;
  readonly confidence?: number;
  readonly box?: Box;
  readonly plates?: readonly PlateRead[];
  /** Absent where nothing of the plate is left to search for: DynamoDB refuses an empty index key. */
  readonly plateKey?: string;
  readonly reason?: Reason;
  readonly resolution?: string;
  readonly fileType?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sizeBytes?: number;
  readonly camera?: string;
  readonly capturedAt: string;
  readonly readAt: string;
  readonly expiresAt: number;
};

export function announcedAttributes(
  image: Image,
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
  picture: Picture | undefined,
  capture: Capture,
  nowMs: number,
  retentionDays: number,
): FinalAttributes {
  return {
    ...readAttributes(outcome),
    ...(picture && {
      fileType: picture.fileType,
      width: picture.width,
      height: picture.height,
      sizeBytes: picture.bytes.length,
    }),
    ...('resolution' in outcome ? { resolution: outcome.resolution } : {}),
    ...capture,
    readAt: new Date(nowMs).toISOString(),
    expiresAt: expiresAtEpochSeconds(nowMs, retentionDays),
  };
}

function readAttributes(
  outcome: FinalOutcome,
): Pick<FinalAttributes, 'status' | 'plate' | 'confidence' | 'box' | 'plates' | 'plateKey' | 'reason'> {
  switch (outcome.kind) {
    case 'read': {
      const best = bestOf(outcome.plates);
      const plateKey = plateKeyOf(best.plate);
      return { status: 'READ', ...best, plates: outcome.plates, ...(plateKey && { plateKey }) };
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
