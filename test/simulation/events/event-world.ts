import type { EventTopic } from '../../../functions/adapters/event-topic.ts';
import type { VisitsTable } from '../../../functions/adapters/visits-table.ts';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { emptySite, siteState, type SiteState } from '../../../functions/core/visit/site-state.ts';
import type { TrackedVisit } from '../../../functions/core/visit/site-visits.ts';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../virtual-time.ts';

type StoredVisit = {
  readonly tracked: TrackedVisit;
  readonly mergedInto: string | undefined;
  readonly version: number;
};

/** An invocation of notify; once it is killed, none of its requests arrives. */
export type Invocation = { isKilled: boolean };

/** The table Visits and the topic on a virtual clock, with requests that fail and replies that get lost. */
export function createEventWorld(random: Random, time: VirtualTime, faultChance: number) {
  const states = new Map<string, { version: number; text: string; dueAtMs: number | undefined }>();
  const visits = new Map<string, StoredVisit>();
  const reads = new Map<string, Set<string>>();
  const published: PlatelineEvent[] = [];

  const breakOff = ({ isKilled }: Invocation): void => {
    if (isKilled || random.chance(faultChance)) throw new OutsideError('LOST', 'Lost.', undefined);
  };

  /** A request takes a while; it may not arrive, or its reply may be lost. */
  const request = async <Answer>(invocation: Invocation, work: () => Answer): Promise<Answer> => {
    await time.sleep(random.between(1, 40));
    breakOff(invocation);
    const answer = work();
    await time.sleep(random.between(1, 40));
    breakOff(invocation);
    return answer;
  };
  const readsOf = (site: string) => {
    const known = reads.get(site) ?? new Set<string>();
    reads.set(site, known);
    return known;
  };

  const tableFor = (invocation: Invocation): VisitsTable => ({
    load: (site) =>
      request(invocation, (): { version: number; state: SiteState } => {
        const stored = states.get(site);
        if (!stored) return { version: 0, state: emptySite };
        return { version: stored.version, state: siteState.parse(JSON.parse(stored.text)) };
      }),
    save: (site, version, state, dueAtMs) =>
      request(invocation, () => {
        if ((states.get(site)?.version ?? 0) !== version) return false;
        states.set(site, { version: version + 1, text: JSON.stringify(state), dueAtMs });
        return true;
      }),
    readsInVisits: (site, readIds) =>
      request(invocation, () => new Set(readIds.filter((readId) => readsOf(site).has(readId)))),
    visitsIn: (site, { from, to }) =>
      request(invocation, () =>
        [...visits.values()]
          .filter(({ mergedInto, tracked }) => mergedInto === undefined && tracked.visit.site === site)
          .map(({ tracked }) => tracked)
          .filter(({ visit }) => visit.lastSeen >= from && visit.firstSeen <= to),
      ),
    writeVisit: (tracked, version, mergedInto) =>
      request(invocation, () => {
        const { visitId } = tracked.visit;
        if ((visits.get(visitId)?.version ?? 0) < version)
          visits.set(visitId, { tracked, mergedInto, version });
      }),
    writeRead: (site, readId) =>
      request(invocation, () => {
        readsOf(site).add(readId);
      }),
    dueSites: (nowMs) =>
      request(invocation, () =>
        [...states].filter(([, { dueAtMs = Infinity }]) => dueAtMs <= nowMs).map(([site]) => site),
      ),
  });

  const topicFor = (invocation: Invocation): EventTopic => ({
    publish: async (events) => {
      for (const event of events) await request(invocation, () => void published.push(event));
    },
  });

  return {
    tableFor,
    topicFor,
    published,
    visits: () => [...visits.values()],
    /** Sites at which something is still in progress. */
    openSites: () => [...states].filter(([, { dueAtMs }]) => dueAtMs !== undefined).map(([site]) => site),
  };
}
