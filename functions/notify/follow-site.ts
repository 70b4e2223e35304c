import pLimit from 'p-limit';
import type { EventTopic } from '../adapters/event-topic.ts';
import type { ListsTable } from '../adapters/lists-table.ts';
import type { VisitsTable } from '../adapters/visits-table.ts';
import type { EventBuilder } from '../core/event/build-event.ts';
import { OutsideError } from '../core/record/reason.ts';
import type { SiteSettings } from '../core/visit/site-settings.ts';
import {
  advanceSite,
  dueAtMsOf,
  hasUnwritten,
  settledSite,
  spanOf,
  type SiteState,
} from '../core/visit/site-state.ts';
import type { Sighting } from '../core/visit/visit.ts';

export type FollowSite = ReturnType<typeof createFollowSite>;

/** How often a state is read again after another invocation has written it. */
const mostAttempts = 10;
/** Writes to the table at once. */
const concurrency = 10;
/** A span grows with each visit that is merged; more rounds than this mean a fault. */
const mostRounds = 20;

type FollowSiteDependencies = {
  readonly visits: VisitsTable;
  readonly lists: ListsTable;
  readonly topic: EventTopic;
  readonly settings: SiteSettings;
  readonly now: () => number;
};

/**
 * Follows the visits of one site. The state is written first, with all that must be published and written;
 * then that is done, and the state is written again without it. An invocation that is killed between the two
 * leaves the rest to the next one.
 */
export function createFollowSite(deps: FollowSiteDependencies) {
  const { visits, lists, settings, now } = deps;

  return async function followSite(
    site: string,
    reads: readonly Sighting[],
    events: EventBuilder,
    nowMs = now(),
  ): Promise<void> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const { version, state } = await visits.load(site);
      const newReads = await readsInNoVisit(site, state, reads);
      const isDue = hasUnwritten(state) || (dueAtMsOf(state, settings) ?? Infinity) <= nowMs;
      if (newReads.length === 0 && !isDue) return;
      const next = await advance(site, state, newReads, events, nowMs);
      // With what is unwritten the site stays due, even if this invocation ends here.
      const saved = await visits.save(site, version, next, dueAtMsOf(next, settings) ?? nowMs);
      if (!saved) continue;
      await write(deps, site, next, version + 1);
      const settled = settledSite(next);
      // If another invocation has written the state since, it settles it too.
      await visits.save(site, version + 1, settled, dueAtMsOf(settled, settings));
      return;
    }
    throw new OutsideError('VISITS_CONTENDED', 'Other invocations kept changing the site.', undefined);
  };

  /** Asks after the state: a read leaves the state only when the table has it. */
  async function readsInNoVisit(
    site: string,
    { unwritten }: SiteState,
    reads: readonly Sighting[],
  ): Promise<readonly Sighting[]> {
    const readIds = reads.map(({ readId }) => readId);
    const known = new Set([...unwritten.readIds, ...(await visits.readsInVisits(site, readIds))]);
    return reads.filter(({ readId }) => !known.has(readId));
  }

  /** Reads visits of the past only where the new reads can belong to them. */
  async function advance(
    site: string,
    state: SiteState,
    reads: readonly Sighting[],
    events: EventBuilder,
    nowMs: number,
  ): Promise<SiteState> {
    const change = { reads, lists: await lists.current(), nowMs };
    let span = spanOf(
      reads.map(({ capturedAt }) => capturedAt),
      settings,
    );
    let next = advanceSite(state, { ...change, past: [] }, settings, events);
    for (let round = 0; span && span.from <= state.leftUntil && round < mostRounds; round += 1) {
      const past = await visits.visitsIn(site, span);
      next = advanceSite(state, { ...change, past }, settings, events);
      const moments = next.visits
        .filter(({ visit }) => next.unwritten.visitIds.includes(visit.visitId))
        .flatMap(({ visit }) => [visit.firstSeen, visit.lastSeen]);
      const wider = spanOf([...moments, ...reads.map(({ capturedAt }) => capturedAt)], settings);
      if (!wider || (wider.from >= span.from && wider.to <= span.to)) break;
      span = wider;
    }
    return next;
  }
}

/** Publishes and writes all that waits in a state. */
async function write(
  { visits, topic, now }: Pick<FollowSiteDependencies, 'visits' | 'topic' | 'now'>,
  site: string,
  { visits: all, unwritten }: SiteState,
  version: number,
): Promise<void> {
  await topic.publish(unwritten.events);
  const limit = pLimit(concurrency);
  const changed = all.filter(({ visit }) => unwritten.visitIds.includes(visit.visitId));
  await Promise.all([
    ...changed.map((tracked) => limit(() => visits.writeVisit(tracked, version))),
    ...unwritten.absorbed.map(({ tracked, into }) => limit(() => visits.writeVisit(tracked, version, into))),
  ]);
  // Last: a read that the table has is never looked at again.
  await Promise.all(
    unwritten.readIds.map((readId) => limit(() => visits.writeRead(site, readId, version, now()))),
  );
}
