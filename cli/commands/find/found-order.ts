import * as z from 'zod';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { compareTexts } from '../../terminal/compare-texts.ts';
import type { Reading } from '../../aws/reading.ts';

/** A record that answers a search; `distance` is that of its plate to the one that was asked for. */
export type Found = { readonly distance: number; readonly reading: Reading };

/** A place in the order of answers: behind the answer with these. */
export type SearchPosition = {
  readonly distance: number;
  readonly capturedAt: string;
  readonly imageId: string;
};

export function positionOf({ distance, reading: { capturedAt, imageId } }: Found): SearchPosition {
  return { distance, capturedAt, imageId };
}

/** The nearest first, then the newest; the image id only makes the order certain. */
export function comparePositions(one: SearchPosition, other: SearchPosition): number {
  return (
    one.distance - other.distance ||
    compareTexts(other.capturedAt, one.capturedAt) ||
    compareTexts(other.imageId, one.imageId)
  );
}

const placeSchema = z.tuple([z.number().nonnegative(), z.iso.datetime(), z.string().startsWith('s3://')]);

/** A place as a word that can be passed on a command line. */
export function tokenOf({ distance, capturedAt, imageId }: SearchPosition): string {
  return Buffer.from(JSON.stringify([distance, capturedAt, imageId])).toString('base64url');
}

/** The place that a token stands for, or undefined where it is none. */
export function parseToken(token: string): SearchPosition | undefined {
  const place = placeSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString())).data;
  if (place === undefined) return undefined;
  const [distance, capturedAt, imageId] = place;
  return { distance, capturedAt, imageId };
}
