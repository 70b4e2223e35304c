import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { plateAttributes } from '../../functions/core/record/build-record.ts';

/** A read of one picture, with what matters to a visit and to its camera. */
export type StreamedRead = {
  readonly imageId: string;
  readonly plate: string;
  readonly camera: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly capturedAt?: string;
  readonly uploadedAt?: string;
  /** The picture shows no plate after all. */
  readonly isEmpty?: boolean;
  /** 0 to 1. */
  readonly confidence?: number;
};

/** The types of Lambda's events and of the SDK name the same JSON. */
const image = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);

const box = { x1: 0, y1: 0, x2: 1, y2: 0, x3: 1, y3: 1, x4: 0, y4: 1 };
const moment = '2026-11-22T08:15:00.000Z';

/** The final record of a read, as the table has it. */
function recordOfRead(read: StreamedRead) {
  const { imageId, plate, camera, capturedAt = moment, uploadedAt = moment, confidence = 0.95 } = read;
  const found = {
    status: 'READ',
    plate,
    confidence,
    box,
    plates: [{ plate, confidence, box }],
    ...plateAttributes({ plate, confidence }, 0.8),
  };
  return {
    imageId,
    ...(read.isEmpty === true ? { status: 'NO_PLATE' } : found),
    bucket: 'pictures',
    key: imageId.replace('s3://pictures/', ''),
    etag: 'e1',
    camera,
    capturedAt,
    capturedAtSource: 'metadata',
    uploadedAt,
    readAt: capturedAt,
    attempts: 1,
    calls: 1,
    expiresAt: 1_900_000_000,
  };
}

/** What Lambda hands to a function that follows the table, with sequence numbers from 1 on. */
export function streamEventOf(reads: readonly StreamedRead[]): DynamoDBStreamEvent {
  return {
    Records: reads.map((read, index) => ({
      eventName: 'MODIFY',
      eventSource: 'aws:dynamodb',
      dynamodb: {
        NewImage: image.parse(marshall(recordOfRead(read))),
        SequenceNumber: String(index + 1),
        StreamViewType: 'NEW_IMAGE',
      },
    })),
  };
}
