import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { itemOfVisit, orderOf, packed, stateItem } from '../../functions/adapters/visit-items.ts';
import { emptySite } from '../../functions/core/visit/site-state.ts';
import { newTrackedVisit, type TrackedVisit } from '../../functions/core/visit/site-visits.ts';
import { mergeVisits, visitOf, type Sighting } from '../../functions/core/visit/visit.ts';
import { putItems } from './put-items.ts';

/** A visit of a test: one read for each moment, at a camera with a role. */
export type TestVisit = {
  readonly site: string;
  readonly plate: string;
  readonly reads: readonly (Pick<Sighting, 'camera' | 'capturedAt'> &
    Partial<Sighting> & { readonly role?: 'entry' | 'exit' })[];
  /** Keys of matches with watch lists. */
  readonly matchKeys?: readonly string[];
  readonly isInProgress?: boolean;
};

/** The visit as the function notify keeps it. */
export function trackedVisitOf({ site, plate, reads, matchKeys = [], isInProgress = false }: TestVisit) {
  const [first, ...others] = reads.map(({ role, ...read }, at) => {
    const imageId =
      read.imageId ?? `s3://pictures/${read.camera}/${at}-${read.capturedAt}-${plate}.jpg?etag=1`;
    const common = { readId: `${imageId}#0`, imageId, plate, plateKey: plate, confidence: 0.9 };
    return visitOf(site, role ?? 'none', { ...common, needsReview: false, ...read });
  });
  if (!first) throw new TypeError('A visit has at least one read.');
  const visit = others.reduce((kept, other) => mergeVisits(kept, other), first);
  const tracked: TrackedVisit = {
    ...newTrackedVisit(visit, Date.parse(visit.lastSeen)),
    isStartAnnounced: true,
    isEndAnnounced: !isInProgress,
    matchKeys,
  };
  return tracked;
}

/** Puts visits into the table, and the states of their sites. */
export async function putVisits(
  dynamodb: DynamoDBClient,
  tableName: string,
  visits: readonly TestVisit[],
  { dueAtMs = Date.now() + 60_000, expiresAt = 4_000_000_000 } = {},
): Promise<void> {
  const all = visits.map(trackedVisitOf);
  const states = [...Map.groupBy(all, ({ visit }) => visit.site)].map(([site, ofSite]) => {
    const current = ofSite.filter(({ isEndAnnounced }) => !isEndAnnounced);
    const state = packed({ ...emptySite, visits: current });
    const due = current.length === 0 ? {} : { due: 'due', dueAt: dueAtMs };
    return { site, item: stateItem, version: 1, state, ...orderOf('sites', site), ...due };
  });
  const items = all.map((each) => ({ ...itemOfVisit(each, undefined), version: 1, expiresAt }));
  await putItems(dynamodb, tableName, [...items, ...states]);
}
