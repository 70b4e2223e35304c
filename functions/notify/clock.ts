import pLimit from 'p-limit';
import type { VisitsTable } from '../adapters/visits-table.ts';
import type { EventBuilder } from '../core/event/build-event.ts';
import type { FollowCamera } from './follow-camera.ts';
import type { FollowHealth } from './follow-health.ts';
import type { FollowSite } from './follow-site.ts';

/** Cameras at once: a site that is cut off silences all of its cameras in one minute. */
const concurrency = 10;

/** What happens every minute: quiet visits end, and cameras that are silent or read badly are missed. */
export function createClock(deps: {
  readonly visits: VisitsTable;
  readonly followSite: FollowSite;
  readonly followCamera: FollowCamera;
  readonly followHealth: FollowHealth;
}) {
  const { visits, followSite, followCamera, followHealth } = deps;

  /** Whatever fails leaves the rest alone, and is due again a minute later. Throws the first failure. */
  return async function minuteHasPassed(nowMs: number, events: EventBuilder): Promise<void> {
    const due = await visits.due(nowMs);
    const limit = pLimit(concurrency);
    const results = await Promise.allSettled([
      ...due.sites.map((site) => limit(() => followSite(site, [], events, nowMs))),
      ...due.cameras.map((camera) => limit(() => followCamera.lookAt(camera, events, nowMs))),
      limit(() => followHealth(events, nowMs)),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
}
