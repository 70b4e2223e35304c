import type { CameraPictures } from '../../../functions/adapters/camera-pictures.ts';
import type { EventTopic } from '../../../functions/adapters/event-topic.ts';
import type { VisitsTable } from '../../../functions/adapters/visits-table.ts';
import type { HourlyCounts } from '../../../functions/adapters/hourly-counts.ts';
import { healthState, unknownHealth } from '../../../functions/core/camera-health/degradation.ts';
import type { CameraTimes } from '../../../functions/core/camera-health/silence.ts';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { emptySite, siteState, type SiteState } from '../../../functions/core/visit/site-state.ts';
import type { TrackedVisit } from '../../../functions/core/visit/site-visits.ts';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { drawCameraHours } from './camera-hours.ts';

type CameraHours = ReturnType<typeof drawCameraHours>;

type StoredVisit = {
  readonly tracked: TrackedVisit;
  readonly mergedInto: string | undefined;
  readonly version: number;
};

/** A sandbox of notify; once it is killed, none of its requests arrives. */
export type Sandbox = { isKilled: boolean };

/** The tables and the topic on a virtual clock, with requests that fail and replies that get lost. */
export function createEventWorld(random: Random, time: VirtualTime, hours: CameraHours, faultChance: number) {
  const states = new Map<string, { version: number; text: string; dueAtMs: number | undefined }>();
  const visits = new Map<string, StoredVisit>();
  const reads = new Map<string, Set<string>>();
  const cameras = new Map<string, { readonly version: number; readonly times: CameraTimes }>();
  let health: { readonly version: number; readonly text?: string } = { version: 0 };
  const uploads = new Map<string, string[]>();
  const published: PlatelineEvent[] = [];

  const breakOff = ({ isKilled }: Sandbox): void => {
    if (isKilled || random.chance(faultChance)) throw new OutsideError('LOST', 'Lost.', undefined);
  };

  /** A request takes a while; it may not arrive, or its reply may be lost. */
  const request = async <Answer>(sandbox: Sandbox, work: () => Answer): Promise<Answer> => {
    await time.sleep(random.between(1, 40));
    breakOff(sandbox);
    const answer = work();
    await time.sleep(random.between(1, 40));
    breakOff(sandbox);
    return answer;
  };
  const readsOf = (site: string) => {
    const known = reads.get(site) ?? new Set<string>();
    reads.set(site, known);
    return known;
  };

  const tableFor = (sandbox: Sandbox): VisitsTable => ({
    load: (site) =>
      request(sandbox, (): { version: number; state: SiteState } => {
        const stored = states.get(site);
        if (!stored) return { version: 0, state: emptySite };
        return { version: stored.version, state: siteState.parse(JSON.parse(stored.text)) };
      }),
    save: (site, version, state, dueAtMs) =>
      request(sandbox, () => {
        if ((states.get(site)?.version ?? 0) !== version) return false;
        states.set(site, { version: version + 1, text: JSON.stringify(state), dueAtMs });
        return true;
      }),
    readsInVisits: (site, readIds) =>
      request(sandbox, () => new Set(readIds.filter((readId) => readsOf(site).has(readId)))),
    visitsIn: (site, { from, to }) =>
      request(sandbox, () =>
        [...visits.values()]
          .filter(({ mergedInto, tracked }) => mergedInto === undefined && tracked.visit.site === site)
          .map(({ tracked }) => tracked)
          .filter(({ visit }) => visit.lastSeen >= from && visit.firstSeen <= to),
      ),
    writeVisit: (tracked, version, mergedInto) =>
      request(sandbox, () => {
        const { visitId } = tracked.visit;
        if ((visits.get(visitId)?.version ?? 0) < version)
          visits.set(visitId, { tracked, mergedInto, version });
      }),
    writeRead: (site, readId) =>
      request(sandbox, () => {
        readsOf(site).add(readId);
      }),
    loadCamera: (camera) => request(sandbox, () => cameras.get(camera) ?? { version: 0 }),
    saveCamera: (camera, version, times) =>
      request(sandbox, () => {
        if ((cameras.get(camera)?.version ?? 0) !== version) return false;
        cameras.set(camera, { version: version + 1, times });
        return true;
      }),
    loadHealth: () =>
      request(sandbox, () => ({
        version: health.version,
        state: health.text === undefined ? unknownHealth : healthState.parse(JSON.parse(health.text)),
      })),
    saveHealth: (version, state) =>
      request(sandbox, () => {
        if (health.version !== version) return false;
        health = { version: version + 1, text: JSON.stringify(state) };
        return true;
      }),
    due: (nowMs) =>
      request(sandbox, () => ({
        sites: [...states].filter(([, { dueAtMs = Infinity }]) => dueAtMs <= nowMs).map(([site]) => site),
        cameras: [...cameras]
          .filter(([, { times }]) => (times.dueAtMs ?? Infinity) <= nowMs)
          .map(([camera]) => camera),
      })),
  });

  const picturesFor = (sandbox: Sandbox): CameraPictures => ({
    newestUploadAt: (camera) => request(sandbox, () => (uploads.get(camera) ?? []).toSorted().at(-1)),
  });

  const countsFor = (sandbox: Sandbox): HourlyCounts => ({
    ofDay: (day) => request(sandbox, () => hours.ofDay(day, time.nowMs())),
  });

  const topicFor = (sandbox: Sandbox): EventTopic => ({
    publish: async (events) => {
      for (const event of events) await request(sandbox, () => void published.push(event));
    },
  });

  return {
    tableFor,
    picturesFor,
    countsFor,
    topicFor,
    /** A picture waits from now on. */
    claim: (camera: string, uploadedAt: string): void => {
      uploads.set(camera, [...(uploads.get(camera) ?? []), uploadedAt]);
    },
    published,
    visits: () => [...visits.values()],
    /** Sites at which something is still in progress, and cameras that are not silent yet. */
    open: () => [
      ...[...states].filter(([, { dueAtMs }]) => dueAtMs !== undefined).map(([site]) => site),
      ...[...cameras].filter(([, { times }]) => times.dueAtMs !== undefined).map(([camera]) => camera),
    ],
  };
}
