/** When a camera sent pictures: the times of their uploads, in ISO 8601 in UTC with milliseconds. */
export type CameraTimes = {
  readonly firstAt: string;
  /** It can be older than the last picture by the slack of the silence, so that few pictures cost a write. */
  readonly lastAt: string;
  /** Epoch milliseconds at which the clock looks at the camera; absent once its silence was announced. */
  readonly dueAtMs?: number;
};

/** What makes one camera silent. */
export type SilenceRule = {
  /** How long no picture comes from a silent camera; 0 where nobody wants to know. */
  readonly silentMs: number;
  /** A site has the camera: its first picture is enough to miss it. */
  readonly isListed: boolean;
};

/** A camera has sent no picture for the time of its rule. */
export type Silence = { readonly camera: string; readonly lastPictureAt: string; readonly silentMs: number };

/**
 * The camera after a picture; undefined where the picture changes nothing that must be written. Any order of
 * the pictures and any repetition leads to the same last one, up to the slack.
 */
export function timesAfter(
  times: CameraTimes | undefined,
  uploadedAt: string,
  { silentMs }: SilenceRule,
  nowMs: number,
): CameraTimes | undefined {
  const uploadedMs = Date.parse(uploadedAt);
  const dueAtMs = uploadedMs + silentMs + slackMsOf(silentMs);
  if (silentMs === 0) return undefined;
  // The pictures of a backfill say nothing of a camera that may be gone for years.
  if (!times) return dueAtMs <= nowMs ? undefined : { firstAt: uploadedAt, lastAt: uploadedAt, dueAtMs };
  const lastMs = Date.parse(times.lastAt);
  if (times.dueAtMs === undefined) {
    return uploadedMs <= lastMs ? undefined : { ...times, lastAt: uploadedAt, dueAtMs };
  }
  if (uploadedMs < lastMs + slackMsOf(silentMs)) return undefined;
  // Mostly as before, and then the index of what is due need not be written.
  return { ...times, lastAt: uploadedAt, dueAtMs: Math.min(times.dueAtMs, dueAtMs) };
}

/**
 * The camera after the clock has looked at it, and its silence, which must be announced before the camera is
 * written; undefined where the camera is not due. `newestAt` is the upload of its newest record, final or not.
 */
export function timesWhenDue(
  camera: string,
  times: CameraTimes,
  newestAt: string | undefined,
  { silentMs, isListed }: SilenceRule,
  nowMs: number,
): { readonly times: CameraTimes; readonly silence?: Silence } | undefined {
  if (times.dueAtMs === undefined || times.dueAtMs > nowMs) return undefined;
  const { firstAt } = times;
  const lastAt = newestAt !== undefined && newestAt > times.lastAt ? newestAt : times.lastAt;
  if (silentMs === 0) return { times: { firstAt, lastAt } };
  const dueAtMs = Date.parse(lastAt) + silentMs + slackMsOf(silentMs);
  if (dueAtMs > nowMs) return { times: { firstAt, lastAt, dueAtMs } };
  // A folder that somebody tried once is no camera that anybody misses.
  const isMissed = isListed || Date.parse(lastAt) - Date.parse(firstAt) >= silentMs;
  return {
    times: { firstAt, lastAt },
    ...(isMissed && { silence: { camera, lastPictureAt: lastAt, silentMs } }),
  };
}

/** So much later than its pictures tell, a camera counts as silent. */
export function slackMsOf(silentMs: number): number {
  return silentMs / 10;
}
