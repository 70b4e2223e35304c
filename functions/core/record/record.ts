import * as z from 'zod/mini';
import { cameraNameOf } from '../capture/camera-name.ts';
import { preparationSteps } from '../picture/preparation.ts';
import { box, storedRead } from './plate-read.ts';
import { reason } from './reason.ts';

/** What a picture can come to. */
export const finalStatuses = ['READ', 'NO_PLATE', 'UNREADABLE', 'REJECTED', 'GONE', 'UNAVAILABLE'] as const;

const status = z.enum(['PENDING', ...finalStatuses]);
export type RecordStatus = z.infer<typeof status>;

/**
 * Whether a message about the picture may still cost a call. A picture without a record has no status. S3 can
 * give the bytes of an `UNAVAILABLE` picture later, for instance after a restore.
 */
export function canStillBeRead(stored: RecordStatus | undefined): boolean {
  return stored === undefined || stored === 'PENDING' || stored === 'UNAVAILABLE';
}

/** What can name the time at which a picture was taken, the best source first. */
export const capturedAtSources = ['metadata', 'key', 'exif', 'upload'] as const;
const capturedAtSource = z.enum(capturedAtSources);
export type CapturedAtSource = z.infer<typeof capturedAtSource>;

/** Why the best source of a time is not believed. */
const capturedAtFault = z.object({
  /**
   * `UNREADABLE`: the text names no moment. `AFTER_UPLOAD`: more than a day after the upload.
   * `LONG_BEFORE_UPLOAD`: more than 30 days before it.
   */
  code: z.enum(['UNREADABLE', 'AFTER_UPLOAD', 'LONG_BEFORE_UPLOAD']),
  source: capturedAtSource,
  /**
   * The moment in ISO 8601 in UTC; for `UNREADABLE` the beginning of the source's text, with `?` for each
   * character that no time has.
   */
  text: z.string(),
});
export type CapturedAtFault = Readonly<z.infer<typeof capturedAtFault>>;

/** `partial`: one line of a plate of two lines. `suspect`: something is wrong. */
const verdict = z.enum(['valid', 'partial', 'suspect']);
export type PlateVerdict = z.infer<typeof verdict>;

/** A look-alike that the rules replaced; `at` counts the characters of `plateKey` from 0. */
const plateCorrection = z.object({ at: z.number(), from: z.string(), to: z.string() });
export type PlateCorrection = Readonly<z.infer<typeof plateCorrection>>;

/**
 * What a person decided about a picture; what was read stays beside it. `by` is the person's name, `at` is
 * ISO 8601 in UTC with milliseconds.
 */
const review = z.union([
  z.object({ decision: z.literal('corrected'), plate: z.string(), by: z.string(), at: z.string() }),
  z.object({ decision: z.enum(['confirmed', 'rejected']), by: z.string(), at: z.string() }),
]);
export type Review = Readonly<z.infer<typeof review>>;

/**
 * The record of one picture: an item of the table Readings. Attributes that later versions added are
 * optional, since older records lack them; attributes that this version does not know are kept.
 */
export const pictureRecord = z.looseObject({
  imageId: z.string(),
  status,
  /** Why the picture is not (yet) read. */
  reason: z.exactOptional(reason),

  bucket: z.string(),
  key: z.string(),
  versionId: z.exactOptional(z.string()),
  etag: z.exactOptional(z.string()),
  sizeBytes: z.exactOptional(z.number()),
  /** Times are ISO 8601 in UTC with milliseconds. */
  uploadedAt: z.string(),
  /** In NFC; records of earlier versions can have another form, and are parsed to this one. */
  camera: z.exactOptional(z.pipe(z.string(), z.transform(cameraNameOf))),
  capturedAt: z.string(),
  capturedAtSource: z.exactOptional(capturedAtSource),
  capturedAtFault: z.exactOptional(capturedAtFault),
  /** Present where the stage has a key template that does not match the key. */
  keyNotMatched: z.exactOptional(z.literal(true)),
  /** Epoch seconds at which DynamoDB may delete the record. */
  expiresAt: z.exactOptional(z.number()),

  claimOwner: z.exactOptional(z.string()),
  /** Epoch milliseconds; 0 after a release. */
  claimUntil: z.exactOptional(z.number()),
  nextTryAt: z.exactOptional(z.string()),
  attempts: z.exactOptional(z.number()),
  /** Calls of the endpoint for this picture. */
  calls: z.exactOptional(z.number()),
  /** Attempts that crashed what reads or prepares pictures; absent where none did. */
  readerCrashes: z.exactOptional(z.number()),

  readAt: z.exactOptional(z.string()),
  fileType: z.exactOptional(z.string()),
  /** Pixels. */
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
  /** What was done to the picture before it was read; absent where nothing was. */
  preparation: z.exactOptional(z.readonly(z.array(z.enum(preparationSteps)))),
  /** `low` below 1280×720, else `normal`; absent where the endpoint did not report it. */
  resolution: z.exactOptional(z.string()),

  /** The best read, and all reads in the vendor's order. */
  plate: z.exactOptional(z.string()),
  /** 0 to 1. */
  confidence: z.exactOptional(z.number()),
  box: z.exactOptional(box),
  plates: z.exactOptional(z.readonly(z.array(storedRead))),
  /** Keyed hashes instead of a plate that is on no list, where the stage keeps no others. */
  plateHash: z.exactOptional(z.string()),
  lastFourHash: z.exactOptional(z.string()),
  /** Present where the stage kept plates of no list as hashes only when the picture was read. */
  privacy: z.exactOptional(z.literal(true)),
  /** The key of the best read's crop in the bucket of crops; absent where none is kept. */
  cropKey: z.exactOptional(z.string()),

  /** Absent where nothing of the plate is left to search for: DynamoDB refuses an empty index key. */
  plateKey: z.exactOptional(z.string()),
  /** Absent where the plate does not end in four digits. */
  lastFour: z.exactOptional(z.string()),
  plateCorrections: z.exactOptional(z.readonly(z.array(plateCorrection))),
  plateClass: z.exactOptional(z.string()),
  region: z.exactOptional(z.string()),
  vehicleKind: z.exactOptional(z.string()),
  verdict: z.exactOptional(verdict),
  plateFaults: z.exactOptional(z.readonly(z.array(z.string()))),
  rulesVersion: z.exactOptional(z.string()),
  /** Whether a person should look at the picture. */
  needsReview: z.exactOptional(z.boolean()),
  /** Present while the picture needs review, since only a text can be the key of an index. */
  reviewState: z.exactOptional(z.literal('OPEN')),
  review: z.exactOptional(review),
});

export type PictureRecord = Readonly<z.infer<typeof pictureRecord>>;

type Always<Name extends keyof PictureRecord> = Required<Pick<PictureRecord, Name>>;
type Sometimes<Name extends keyof PictureRecord> = Pick<PictureRecord, Name>;

/** Which camera took a picture, and when. */
export type Capture = Always<'camera' | 'capturedAt' | 'capturedAtSource'> &
  Sometimes<'capturedAtFault' | 'keyNotMatched'>;

/** What is known of a picture before it is examined; the claim writes it. */
export type AnnouncedRecord = Always<'bucket' | 'key' | 'uploadedAt' | 'expiresAt'> &
  Sometimes<'versionId' | 'etag' | 'sizeBytes'> &
  Capture;

/** What the plate rules report about the plate that counts, and what follows from it. */
export type PlateAttributes = Always<'plateClass' | 'verdict' | 'rulesVersion' | 'needsReview'> &
  Sometimes<
    'plateKey' | 'lastFour' | 'plateCorrections' | 'region' | 'vehicleKind' | 'plateFaults' | 'reviewState'
  >;

/** What the final record adds to the announced one, or corrects in it. */
export type FinalRecord = { readonly status: Exclude<RecordStatus, 'PENDING'> } & Always<
  'readAt' | 'expiresAt'
> &
  Sometimes<'plate' | 'confidence' | 'box' | 'plates' | 'reason'> &
  Sometimes<'plateHash' | 'lastFourHash' | 'privacy'> &
  Sometimes<'resolution' | 'fileType' | 'width' | 'height' | 'sizeBytes' | 'preparation'> &
  Capture &
  Partial<PlateAttributes>;
