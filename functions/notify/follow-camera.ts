import type { CameraPictures } from '../adapters/camera-pictures.ts';
import type { EventTopic } from '../adapters/event-topic.ts';
import type { VisitsTable } from '../adapters/visits-table.ts';
import { slackMsOf, timesAfter, timesWhenDue } from '../core/camera-health/silence.ts';
import type { EventBuilder } from '../core/event/build-event.ts';
import { OutsideError } from '../core/record/reason.ts';
import { placeOf, silenceRuleOf, type SiteSettings } from '../core/visit/site-settings.ts';

export type FollowCamera = ReturnType<typeof createFollowCamera>;

/** How often a camera is read again after another invocation has written it. */
const mostAttempts = 10;
/** Cameras that a sandbox remembers; uploaders choose their names. */
const mostRemembered = 1000;

/** Follows when cameras send pictures, and announces the silence of one that sends none. */
export function createFollowCamera(deps: {
  readonly visits: VisitsTable;
  readonly pictures: CameraPictures;
  readonly topic: EventTopic;
  readonly settings: SiteSettings;
  readonly now: () => number;
}) {
  const { visits, pictures, topic, settings, now } = deps;
  /** Until when, in epoch milliseconds, an upload of a camera changes nothing: most pictures cost no request. */
  const unchangedUntilMs = new Map<string, number>();

  return {
    /** A final record says that a picture has come. */
    async pictureCame(camera: string, uploadedAt: string): Promise<void> {
      const rule = silenceRuleOf(settings, camera);
      if (rule.silentMs === 0 || Date.parse(uploadedAt) < (unchangedUntilMs.get(camera) ?? -Infinity)) return;
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const { version, times } = await visits.loadCamera(camera);
        const next = timesAfter(times, uploadedAt, rule, now());
        if (next && !(await visits.saveCamera(camera, version, next, now()))) continue;
        const lastAt = (next ?? times)?.lastAt;
        if (lastAt !== undefined) remember(camera, Date.parse(lastAt) + slackMsOf(rule.silentMs));
        return;
      }
      throw new OutsideError('CAMERA_CONTENDED', 'Other invocations kept changing the camera.', undefined);
    },

    /**
     * Looks at a camera that is due. Its silence is published before the camera is written, so that an
     * invocation that is killed between the two leaves it due: the next one publishes the same event again.
     */
    async lookAt(camera: string, events: EventBuilder, nowMs: number): Promise<void> {
      const { version, times } = await visits.loadCamera(camera);
      if (!times) return;
      const newestAt = await pictures.newestUploadAt(camera);
      const next = timesWhenDue(camera, times, newestAt, silenceRuleOf(settings, camera), nowMs);
      if (!next) return;
      if (next.silence) {
        await topic.publish([events.cameraSilent(placeOf(settings, camera).site, next.silence)]);
      }
      // If another invocation has written the camera since, a picture has come or it did the same.
      await visits.saveCamera(camera, version, next.times, nowMs);
    },
  };

  function remember(camera: string, untilMs: number): void {
    if (unchangedUntilMs.size >= mostRemembered) unchangedUntilMs.clear();
    unchangedUntilMs.set(camera, untilMs);
  }
}
