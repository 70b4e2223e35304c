import type { Telemetry } from '../../functions/adapters/telemetry.ts';
import type { PictureReport } from '../../functions/core/record/outcome.ts';
import type { Reason } from '../../functions/core/record/reason.ts';

/** Only records its calls. */
export function createRecordingTelemetry() {
  const ended: ({ readonly messageId: string; readonly imageId: string } & PictureReport)[] = [];
  const ignored: string[] = [];
  const parked: { readonly messageId: string; readonly faults: readonly string[] }[] = [];
  const renewed: string[] = [];
  const waitingLong: string[] = [];
  const troubled: { readonly messageId: string; readonly reason: Reason; readonly error?: unknown }[] = [];
  const uncounted: { readonly reason: Reason; readonly error: unknown }[] = [];
  /** How many pictures had finished at each flush. */
  const flushed: number[] = [];
  return {
    ended,
    ignored,
    parked,
    renewed,
    waitingLong,
    troubled,
    uncounted,
    flushed,
    pictureEnded: (messageId, imageId, report) => void ended.push({ messageId, imageId, ...report }),
    messageIgnored: (messageId) => void ignored.push(messageId),
    messageParked: (messageId, faults) => void parked.push({ messageId, faults }),
    messageRenewed: (messageId) => void renewed.push(messageId),
    messageWaitsLong: (messageId) => void waitingLong.push(messageId),
    messageFailed: (messageId, reason, error) => void troubled.push({ messageId, reason, error }),
    usageNotCounted: (reason, error) => void uncounted.push({ reason, error }),
    flush: () => void flushed.push(ended.length),
  } satisfies Telemetry & Record<string, unknown>;
}
