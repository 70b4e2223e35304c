import * as z from 'zod/mini';
import type { EventBuilder } from '../event/build-event.ts';
import { platelineEvent, type PlatelineEvent } from '../event/event.ts';
import { matchesOfRead, matchKeyOf, strangersOf, type ListMatch } from '../watch-list/match-lists.ts';
import type { WatchList } from '../watch-list/watch-list.ts';
import { placeOf, type SiteSettings } from './site-settings.ts';
import {
  isQuiet,
  mergeSameVisits,
  newTrackedVisit,
  trackedVisit,
  type MergedVisits,
  type TrackedVisit,
} from './site-visits.ts';
import { agreedPlateOf, isCertain, visitOf, type Sighting, type Visit } from './visit.ts';

/**
 * What is in progress at one site. It is one item of the table, so that a change of several visits is one
 * conditional write. What that change announces waits in it until it is published.
 */
export const siteState = z.object({
  visits: z.readonly(z.array(trackedVisit)),
  /** The latest `lastSeen` of a visit that is no longer here; empty where there is none. */
  leftUntil: z.string(),
  /** What still has to be written to the table or published. */
  unwritten: z.object({
    readIds: z.readonly(z.array(z.string())),
    visitIds: z.readonly(z.array(z.string())),
    absorbed: z.readonly(z.array(z.object({ tracked: trackedVisit, into: z.string() }))),
    events: z.readonly(z.array(platelineEvent)),
  }),
});
export type SiteState = Readonly<z.infer<typeof siteState>>;

const nothingUnwritten: SiteState['unwritten'] = { readIds: [], visitIds: [], absorbed: [], events: [] };

/** An item of DynamoDB has 400 KB at most, a visit less than 1 KB. Beyond it the quietest visits end early. */
const mostOpenVisits = 250;

/** The state of a site that was never seen. */
export const emptySite: SiteState = { visits: [], leftUntil: '', unwritten: nothingUnwritten };

/** What changes the visits of a site. */
type Change = {
  /** None of them is in a visit yet. */
  readonly reads: readonly Sighting[];
  /** Earlier visits of the site that the reads may belong to. */
  readonly past: readonly TrackedVisit[];
  readonly lists: readonly WatchList[];
  readonly nowMs: number;
};

/** Adds reads to the visits of a site, and ends visits that are quiet. */
export function advanceSite(
  state: SiteState,
  change: Change,
  settings: SiteSettings,
  events: EventBuilder,
): SiteState {
  const { visits, changedIds, absorbed } = mergeReads(state, change, settings);
  const endAtMs = visits.map(({ changedAtMs }) => changedAtMs).toSorted((one, other) => other - one)[
    mostOpenVisits
  ];
  const isOver = (each: TrackedVisit) =>
    isQuiet(each, settings, change.nowMs) || (endAtMs !== undefined && each.changedAtMs <= endAtMs);
  const announced = visits.map((each) =>
    announce(each, changedIds.has(each.visit.visitId), change, isOver, events),
  );
  const { unwritten } = state;
  return {
    visits: announced.map(({ tracked }) => tracked),
    leftUntil: state.leftUntil,
    unwritten: {
      readIds: [...unwritten.readIds, ...change.reads.map(({ readId }) => readId)],
      visitIds: [
        ...new Set([
          ...unwritten.visitIds,
          ...announced.filter(({ isChanged }) => isChanged).map(({ tracked }) => tracked.visit.visitId),
        ]),
      ],
      absorbed: [...unwritten.absorbed, ...absorbed],
      events: [
        ...unwritten.events,
        ...announced.flatMap((each) => each.events),
        ...absorbed
          .filter(({ tracked }) => tracked.isStartAnnounced)
          .map(({ tracked, into }) => events.visitEnded(tracked.visit, into)),
      ],
    },
  };
}

/** The state after everything is written and published: visits that have ended leave it. */
export function settledSite({ visits, leftUntil }: SiteState): SiteState {
  const ended = visits.filter(({ isEndAnnounced }) => isEndAnnounced);
  return {
    visits: visits.filter(({ isEndAnnounced }) => !isEndAnnounced),
    leftUntil: ended.reduce(
      (latest, { visit }) => (visit.lastSeen > latest ? visit.lastSeen : latest),
      leftUntil,
    ),
    unwritten: nothingUnwritten,
  };
}

/** Whether something of the site must be written or published. */
export function hasUnwritten({ unwritten }: SiteState): boolean {
  return Object.values(unwritten).some((waiting) => waiting.length > 0);
}

/** When the next visit of the site ends, in epoch milliseconds; undefined where nothing is in progress. */
export function dueAtMsOf({ visits }: SiteState, { visitGapMs }: SiteSettings): number | undefined {
  const endsMs = visits
    .filter(({ isEndAnnounced }) => !isEndAnnounced)
    .map((each) => each.changedAtMs + visitGapMs);
  return endsMs.length === 0 ? undefined : Math.min(...endsMs);
}

/** The span, both ends in ISO 8601, in which visits can be that these reads belong to. */
export function spanOf(
  moments: readonly string[],
  { visitGapMs }: SiteSettings,
): { readonly from: string; readonly to: string } | undefined {
  const sorted = moments.toSorted();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    from: new Date(Date.parse(first) - visitGapMs).toISOString(),
    to: new Date(Date.parse(last) + visitGapMs).toISOString(),
  };
}

/** Merges new reads into the visits; visits of the past that no read belongs to are left out again. */
function mergeReads(state: SiteState, { reads, past, nowMs }: Change, settings: SiteSettings) {
  const here = new Set(state.visits.map(({ visit }) => visit.visitId));
  const singles = reads.map((read) => {
    const { site, role } = placeOf(settings, read.camera);
    return newTrackedVisit(visitOf(site, role, read), nowMs);
  });
  const singleIds = new Set(singles.map(({ visit }) => visit.visitId));
  const fromPast = past.filter(({ visit }) => !here.has(visit.visitId));
  const merged = mergeSameVisits([...state.visits, ...fromPast, ...singles], settings);
  const changedIds = new Set([...singleIds, ...merged.absorbed.map(({ into }) => into)]);
  return {
    visits: merged.visits.filter(({ visit }) => here.has(visit.visitId) || changedIds.has(visit.visitId)),
    changedIds,
    absorbed: finalAbsorptions(merged, singleIds),
  };
}

/** Each visit that was known before and is part of another one now, with the visit that is left. */
function finalAbsorptions(
  { absorbed }: MergedVisits,
  singleIds: ReadonlySet<string>,
): MergedVisits['absorbed'] {
  const next = new Map(absorbed.map(({ tracked, into }) => [tracked.visit.visitId, into]));
  const lastOf = (visitId: string): string => {
    const into = next.get(visitId);
    return into === undefined || into === visitId ? visitId : lastOf(into);
  };
  return absorbed
    .filter(({ tracked }) => !singleIds.has(tracked.visit.visitId))
    .map(({ tracked, into }) => ({ tracked, into: lastOf(into) }));
}

/** What a visit announces now, and the visit after it. */
function announce(
  tracked: TrackedVisit,
  isMerged: boolean,
  { reads, lists, nowMs }: Change,
  isOver: (tracked: TrackedVisit) => boolean,
  events: EventBuilder,
) {
  const { visit } = tracked;
  const ends = !tracked.isEndAnnounced && !isMerged && isOver(tracked);
  if (!isMerged && !ends) return { tracked, isChanged: false, events: [] };
  const matches = newMatches(tracked, isMerged ? readsOf(visit, reads) : [], lists, ends);
  const published: PlatelineEvent[] = [
    ...(tracked.isStartAnnounced ? [] : [events.visitStarted(visit)]),
    ...matches.map((match) => events.listMatched(visit, match)),
    ...(ends ? [events.visitEnded(visit)] : []),
  ];
  return {
    tracked: {
      ...tracked,
      changedAtMs: isMerged ? nowMs : tracked.changedAtMs,
      isStartAnnounced: true,
      isEndAnnounced: ends,
      matchKeys: [...tracked.matchKeys, ...matches.map(matchKeyOf)],
    },
    isChanged: true,
    events: published,
  };
}

/** The new reads among those of a visit: those whose text and time it has. */
function readsOf({ texts, firstSeen, lastSeen }: Visit, reads: readonly Sighting[]): readonly Sighting[] {
  const keys = new Set(texts.map(({ plateKey }) => plateKey));
  return reads.filter(
    ({ plateKey, capturedAt }) => keys.has(plateKey) && capturedAt >= firstSeen && capturedAt <= lastSeen,
  );
}

/** A stranger is reported when its plate is certain, or at the end of the visit. */
function newMatches(
  { visit, matchKeys }: TrackedVisit,
  reads: readonly Sighting[],
  lists: readonly WatchList[],
  ends: boolean,
): readonly ListMatch[] {
  const strangers = ends || isCertain(visit) ? strangersOf(lists, visit, agreedPlateOf(visit).best) : [];
  const found = [...reads.flatMap((read) => matchesOfRead(lists, read)), ...strangers];
  const byKey = new Map(found.map((match) => [matchKeyOf(match), match]));
  return [...byKey].filter(([key]) => !matchKeys.includes(key)).map(([, match]) => match);
}
