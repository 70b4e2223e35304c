import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import { parseJson } from '../core/message/parse-json.ts';
import { trackedVisit, type TrackedVisit } from '../core/visit/site-visits.ts';
import { agreedPlateOf } from '../core/visit/visit.ts';

/** What the index `byOrder` lists: visits by `openedAt`, or sites by name. */
type Listing = 'visits' | 'sites';

/** The sort key of a site's state. */
export const stateItem = 'state';

const storedVisit = z.object({
  tracked: z.instanceof(Uint8Array),
  mergedInto: z.exactOptional(z.string()),
  expiresAt: z.number(),
});

/** The key of a visit. */
export function keyOfVisit({ visit: { site, visitId }, openedAt }: TrackedVisit) {
  return { site, item: `${visitsFrom(openedAt)}#${visitId}` };
}

/** The item of a visit, without its version and its end. A visit that is part of another is in no index. */
export function itemOfVisit(tracked: TrackedVisit, mergedInto: string | undefined) {
  const { visit, openedAt } = tracked;
  const { visitId, firstSeen, lastSeen, enteredAt, leftAt, reads, cameras } = visit;
  const { plateKey, best } = agreedPlateOf(visit);
  const found = mergedInto === undefined ? { plateKey, ...orderOf('visits', openedAt) } : { mergedInto };
  return {
    ...keyOfVisit(tracked),
    ...{ visitId, firstSeen, lastSeen, enteredAt, leftAt, reads, cameras, ...found },
    bestImageId: best.imageId,
    tracked: packed(tracked),
  };
}

/** The attributes that put an item into the index `byOrder`. */
export function orderOf(listing: Listing, order: string) {
  return { listing, order };
}

/** Every visit of a site that begins at a moment or later has this sort key or a higher one. */
export function visitsFrom(moment: string): string {
  return `visit#${moment}`;
}

/** No visit of a site that begins at a moment or earlier has a higher sort key. */
export function visitsUntil(moment: string): string {
  return `${visitsFrom(moment)}~`;
}

/** The visit of an item, and the visit that it is part of now, if it is. */
export function visitOfItem(item: unknown): {
  readonly tracked: TrackedVisit;
  readonly mergedInto?: string;
  readonly expiresAt: number;
} {
  const { tracked, ...rest } = storedVisit.parse(item);
  return { ...rest, tracked: trackedVisit.parse(unpacked(tracked)) };
}

/** Small, because DynamoDB charges by the kilobyte, and a visit names its pictures several times. */
export function packed(value: object): Uint8Array {
  return deflateRawSync(JSON.stringify(value));
}

export function unpacked(stored: Uint8Array): unknown {
  return parseJson(inflateRawSync(stored).toString());
}
