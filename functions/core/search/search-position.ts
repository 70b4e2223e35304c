import * as z from 'zod/mini';
import { parseJson } from '../message/parse-json.ts';
import type { PictureRecord } from '../record/record.ts';
import { compareTexts } from './compare-texts.ts';

/** A record that matches a search; `distance` is that of its plate from the wanted one. */
export type FoundRecord = { readonly distance: number; readonly record: PictureRecord };

/** A place in the order of matches: behind the match with these values. */
export type SearchPosition = {
  readonly distance: number;
  readonly capturedAt: string;
  readonly imageId: string;
};

export function positionOf({ distance, record: { capturedAt, imageId } }: FoundRecord): SearchPosition {
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

const tokenFields = z.tuple([
  z.number().check(z.nonnegative()),
  z.iso.datetime(),
  z.string().check(z.startsWith('s3://')),
]);

/** A position as one word for command lines and URLs. */
export function tokenOf({ distance, capturedAt, imageId }: SearchPosition): string {
  return Buffer.from(JSON.stringify([distance, capturedAt, imageId])).toString('base64url');
}

/** The position in a token; undefined where the text is no token. */
export function parseToken(token: string): SearchPosition | undefined {
  const fields = tokenFields.safeParse(parseJson(Buffer.from(token, 'base64url').toString())).data;
  if (fields === undefined) return undefined;
  const [distance, capturedAt, imageId] = fields;
  return { distance, capturedAt, imageId };
}
