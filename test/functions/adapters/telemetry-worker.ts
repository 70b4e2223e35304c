import { workerData } from 'node:worker_threads';
import * as z from 'zod';
import { createTelemetry } from '../../../functions/adapters/telemetry.ts';
import type { PictureReport } from '../../../functions/core/record/outcome.ts';
import type { Reason } from '../../../functions/core/record/reason.ts';

/** A report about a picture. */
export type PictureEnd = PictureReport & { readonly messageId: string; readonly imageId: string };

/** One call of the telemetry. */
export type TelemetryCall =
  | { readonly kind: 'picture-ended'; readonly end: PictureEnd }
  /**
   * Its error is an AggregateError of these; it would lose them on its way into a
   * worker.
   */
  | {
      readonly kind: 'picture-failed-twice';
      readonly end: PictureEnd;
      readonly errors: readonly [Error, Error];
    }
  | { readonly kind: 'message-ignored'; readonly messageId: string }
  | { readonly kind: 'message-parked'; readonly messageId: string; readonly faults: readonly string[] }
  | { readonly kind: 'message-renewed'; readonly messageId: string }
  | { readonly kind: 'message-waits-long'; readonly messageId: string }
  | {
      readonly kind: 'message-troubled';
      readonly messageId: string;
      readonly reason: Reason;
      readonly error: unknown;
    }
  | { readonly kind: 'usage-not-counted'; readonly reason: Reason; readonly error: unknown }
  | { readonly kind: 'flush' };

const telemetry = createTelemetry();

for (const call of z.array(z.custom<TelemetryCall>()).parse(workerData)) {
  switch (call.kind) {
    case 'picture-ended':
      telemetry.pictureEnded(call.end.messageId, call.end.imageId, call.end);
      break;
    case 'picture-failed-twice':
      telemetry.pictureEnded(call.end.messageId, call.end.imageId, {
        ...call.end,
        error: new AggregateError(call.errors),
      });
      break;
    case 'message-ignored':
      telemetry.messageIgnored(call.messageId);
      break;
    case 'message-parked':
      telemetry.messageParked(call.messageId, call.faults);
      break;
    case 'message-renewed':
      telemetry.messageRenewed(call.messageId);
      break;
    case 'message-waits-long':
      telemetry.messageWaitsLong(call.messageId);
      break;
    case 'message-troubled':
      telemetry.messageFailed(call.messageId, call.reason, call.error);
      break;
    case 'usage-not-counted':
      telemetry.usageNotCounted(call.reason, call.error);
      break;
    case 'flush':
      telemetry.flush();
      break;
  }
}
