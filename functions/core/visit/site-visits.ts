import * as z from 'zod/mini';
import { mergeVisits, isSameVisit, visit, type Visit } from './visit.ts';
import type { SiteSettings } from './site-settings.ts';

/** A visit, and what was announced of it. */
export const trackedVisit = z.object({
  visit,
  /** The first known `firstSeen`; it never changes, since the table sorts by it. */
  openedAt: z.string(),
  /** Epoch milliseconds at which its last read arrived, whenever that was captured. */
  changedAtMs: z.number(),
  isStartAnnounced: z.boolean(),
  /** False again when a later read changes the visit. */
  isEndAnnounced: z.boolean(),
  /** What the watch lists had to say about it, by `matchKey`: each is announced once. */
  matchKeys: z.readonly(z.array(z.string())),
});
export type TrackedVisit = Readonly<z.infer<typeof trackedVisit>>;

/** Visits after a change. */
export type MergedVisits = {
  readonly visits: readonly TrackedVisit[];
  /** Visits that are part of another one now, with the id of that one. */
  readonly absorbed: readonly { readonly tracked: TrackedVisit; readonly into: string }[];
};

/** A visit of a single read, of which nothing is announced. */
export function newTrackedVisit(single: Visit, nowMs: number): TrackedVisit {
  return {
    visit: single,
    openedAt: single.firstSeen,
    changedAtMs: nowMs,
    isStartAnnounced: false,
    isEndAnnounced: false,
    matchKeys: [],
  };
}

/**
 * Merges visits of one site until no two are the same one. The result does not depend on the order of the
 * visits, because a merged visit is close to everything that its parts were close to.
 */
export function mergeSameVisits(visits: readonly TrackedVisit[], settings: SiteSettings): MergedVisits {
  const merged: TrackedVisit[] = [];
  const absorbed: { tracked: TrackedVisit; into: string }[] = [];
  for (const each of visits) {
    let current = each;
    for (let at = findSame(merged, current, settings); at >= 0; at = findSame(merged, current, settings)) {
      const [other = current] = merged.splice(at, 1);
      const [kept, lost] = comesFirst(other, current) ? [other, current] : [current, other];
      absorbed.push({ tracked: lost, into: kept.visit.visitId });
      current = mergeTracked(kept, lost);
    }
    merged.push(current);
  }
  return { visits: merged, absorbed };
}

/** Whether no read of the car has arrived for the gap that ends a visit. */
export function isQuiet({ changedAtMs }: TrackedVisit, { visitGapMs }: SiteSettings, nowMs: number): boolean {
  return changedAtMs + visitGapMs <= nowMs;
}

function findSame(
  visits: readonly TrackedVisit[],
  { visit: wanted }: TrackedVisit,
  settings: SiteSettings,
): number {
  return visits.findIndex((other) => isSameVisit(other.visit, wanted, settings));
}

/** An announced visit keeps its id; otherwise the one that began first does. */
function comesFirst(one: TrackedVisit, other: TrackedVisit): boolean {
  if (one.isStartAnnounced !== other.isStartAnnounced) return one.isStartAnnounced;
  if (one.visit.firstSeen !== other.visit.firstSeen) return one.visit.firstSeen < other.visit.firstSeen;
  return one.visit.visitId <= other.visit.visitId;
}

function mergeTracked(kept: TrackedVisit, lost: TrackedVisit): TrackedVisit {
  return {
    visit: mergeVisits(kept.visit, lost.visit),
    openedAt: kept.openedAt,
    changedAtMs: Math.max(kept.changedAtMs, lost.changedAtMs),
    isStartAnnounced: kept.isStartAnnounced || lost.isStartAnnounced,
    isEndAnnounced: false,
    matchKeys: [...new Set([...kept.matchKeys, ...lost.matchKeys])].toSorted(),
  };
}
