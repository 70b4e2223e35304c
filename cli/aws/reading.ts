import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { plateVerdicts } from '../../functions/core/plate/classify-plate.ts';
import { finalStatuses } from '../../functions/core/record/record.ts';
import { CommandError } from '../terminal/command-error.ts';

const box = z.object({
  x1: z.number(),
  y1: z.number(),
  x2: z.number(),
  y2: z.number(),
  x3: z.number(),
  y3: z.number(),
  x4: z.number(),
  y4: z.number(),
});

const reading = z.looseObject({
  imageId: z.string(),
  status: z.enum(['PENDING', ...finalStatuses]),
  plate: z.string().optional(),
  /** 0 to 1. */
  confidence: z.number().optional(),
  /** Pixels of the uploaded picture, clockwise from the plate's top-left corner. */
  box: box.optional(),
  plates: z.array(z.object({ plate: z.string(), confidence: z.number(), box })).optional(),
  plateKey: z.string().optional(),
  /** `at` counts characters of `plateKey` from 0. */
  plateCorrections: z.array(z.object({ at: z.number(), from: z.string(), to: z.string() })).optional(),
  plateClass: z.string().optional(),
  region: z.string().optional(),
  vehicleKind: z.string().optional(),
  verdict: z.enum(plateVerdicts).optional(),
  plateFaults: z.array(z.string()).optional(),
  rulesVersion: z.string().optional(),
  needsReview: z.boolean().optional(),
  lastFour: z.string().optional(),
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  resolution: z.string().optional(),
  fileType: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sizeBytes: z.number().optional(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
  etag: z.string().optional(),
  camera: z.string().optional(),
  capturedAt: z.string(),
  capturedAtSource: z.enum(['metadata', 'key', 'exif', 'upload']).optional(),
  uploadedAt: z.string(),
  readAt: z.string().optional(),
  attempts: z.number().optional(),
  /** Of the endpoint. */
  calls: z.number().optional(),
  nextTryAt: z.string().optional(),
  claimOwner: z.string().optional(),
  /** Epoch milliseconds. */
  claimUntil: z.number().optional(),
  /** Epoch seconds. */
  expiresAt: z.number().optional(),
});

/** A record of the table of readings. What later versions added is optional, because records from before lack it; what this one does not know is kept. */
export type Reading = z.infer<typeof reading>;

/** An item of the table as DynamoDB gives it. Throws a CommandError `NO_RECORD_OF_OURS` if it is no record of Plateline's. */
export function parseReading(item: Parameters<typeof unmarshall>[0]): Reading {
  const parsed = reading.safeParse(unmarshall(item));
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new CommandError(
    'NO_RECORD_OF_OURS',
    `The table has an item that is no record of Plateline's (wrong or missing: ${places}). --stage or --table names another table.`,
    { cause: parsed.error },
  );
}
