import type { EventTopic } from '../adapters/event-topic.ts';
import type { HourlyCounts } from '../adapters/hourly-counts.ts';
import type { VisitsTable } from '../adapters/visits-table.ts';
import { advanceHealth, hoursNeeded, lastJudgeableHour } from '../core/camera-health/degradation.ts';
import { hourMs, type CameraHours, type HourCounts } from '../core/camera-health/hours.ts';
import type { EventBuilder } from '../core/event/build-event.ts';
import { koreaOffsetMs } from '../core/capture/utc-moment.ts';
import { koreaDayOf, otherCameras } from '../core/record/usage.ts';
import type { SiteSettings } from '../core/visit/site-settings.ts';

export type FollowHealth = ReturnType<typeof createFollowHealth>;

/**
 * Judges after each hour which cameras read worse than usual. The state is written first, with the events;
 * then they are published, and the state is written again without them. An invocation that is killed between
 * the two leaves them to the next one.
 */
export function createFollowHealth(deps: {
  readonly visits: VisitsTable;
  readonly counts: HourlyCounts;
  readonly topic: EventTopic;
  readonly settings: SiteSettings;
}) {
  const { visits, counts, topic, settings } = deps;

  return async function followHealth(events: EventBuilder, nowMs: number): Promise<void> {
    let { version, state } = await visits.loadHealth();
    if ((state.judgedHour ?? -Infinity) < lastJudgeableHour(nowMs)) {
      state = advanceHealth(state, await hoursOfCameras(nowMs), settings, events, nowMs);
      // If another invocation has written it since, that one publishes the events.
      if (!(await visits.saveHealth(version, state))) return;
      version += 1;
    }
    if (state.unpublished.length === 0) return;
    await topic.publish(state.unpublished);
    await visits.saveHealth(version, { ...state, unpublished: [] });
  };

  async function hoursOfCameras(nowMs: number): Promise<ReadonlyMap<string, CameraHours>> {
    const { first, last } = hoursNeeded(nowMs);
    const cameras = new Map<string, Map<number, HourCounts>>();
    for (const day of daysOf(first, last)) {
      const firstHour = (Date.parse(day) - koreaOffsetMs) / hourMs;
      for (const [camera, hours] of await counts.ofDay(day)) {
        // The cameras that had no place of their own on a day; they change from day to day.
        if (camera === otherCameras) continue;
        const known = cameras.get(camera) ?? new Map<number, HourCounts>();
        for (const [hour, each] of hours.entries()) known.set(firstHour + hour, each);
        cameras.set(camera, known);
      }
    }
    return cameras;
  }
}

/** Each day in Korea that has one of the hours. */
function daysOf(first: number, last: number): ReadonlySet<string> {
  const days = new Set<string>();
  for (let hour = first; hour <= last; hour += 1) days.add(koreaDayOf(hour * hourMs));
  return days;
}
