import type { PlateRead } from './plate-read.ts';
import type { Reason } from './reason.ts';

/** The picture was looked at, or never can be: it is recorded and never sent again. */
export type FinalOutcome =
  | {
      readonly kind: 'read';
      readonly plates: readonly [PlateRead, ...PlateRead[]];
      /** `low` below 1280×720, else `normal`; absent where the endpoint does not say. */
      readonly resolution?: string;
    }
  | { readonly kind: 'no-plate'; readonly reason: Reason; readonly resolution?: string }
  | { readonly kind: 'unreadable'; readonly reason: Reason }
  | { readonly kind: 'rejected'; readonly reason: Reason }
  | { readonly kind: 'gone'; readonly reason: Reason };

/** The picture is fine and is read later. */
export type WaitingOutcome =
  | {
      readonly kind: 'wait';
      readonly reason: Reason;
      /** How long the other side asked us to stay away; absent where it did not. */
      readonly retryAfterSeconds?: number;
      readonly brokenContract?: true;
    }
  | { readonly kind: 'misconfigured'; readonly reason: Reason };

/** How one taking-up of a picture ended. `duplicate`: it had its final record before. */
export type Outcome = FinalOutcome | WaitingOutcome | { readonly kind: 'duplicate' };

/** How one taking-up of a picture went. */
export type PictureReport = {
  readonly outcome: Outcome;
  /** As far as it is known: what is not fetched has the camera that its key names. */
  readonly camera: string;
  /** How often the picture was taken up, this time included; absent where it was not. */
  readonly attempts?: number;
  /** Calls of the endpoint this time, and how long each answer took, in milliseconds. */
  readonly calls: number;
  readonly latenciesMs: readonly number[];
  /** From upload to final record, in milliseconds; absent where none was written. */
  readonly queueDelayMs?: number;
  /** Absent where the picture is done. */
  readonly comesBackAfterSeconds?: number;
  /** What was thrown, where something was. */
  readonly error?: unknown;
};
