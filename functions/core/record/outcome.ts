import type { Preparation } from '../picture/preparation.ts';
import type { PlateRead } from './plate-read.ts';
import type { Reason } from './reason.ts';
import type { Capture } from './record.ts';

/** The endpoint looked at the picture, or never can: it is recorded and never sent again. */
export type FinalOutcome =
  | {
      readonly kind: 'read';
      readonly plates: readonly [PlateRead, ...PlateRead[]];
      /** `low` below 1280×720, else `normal`; absent where the endpoint did not report it. */
      readonly resolution?: string;
      /** Absent where the picture was read as it is. */
      readonly preparation?: Preparation;
    }
  | {
      readonly kind: 'no-plate';
      readonly reason: Reason;
      readonly resolution?: string;
      readonly preparation?: Preparation;
    }
  | { readonly kind: 'unreadable'; readonly reason: Reason; readonly preparation?: Preparation }
  | { readonly kind: 'rejected'; readonly reason: Reason; readonly preparation?: Preparation }
  | { readonly kind: 'gone'; readonly reason: Reason }
  /** S3 keeps the bytes, but does not give them as they are stored. A later message may find them readable. */
  | { readonly kind: 'unavailable'; readonly reason: Reason };

/** Nothing is known about the picture yet: it is read later. */
export type WaitingOutcome =
  | {
      readonly kind: 'wait';
      readonly reason: Reason;
      /** The wait that the other side asked for; absent where it did not. */
      readonly retryAfterSeconds?: number;
      readonly brokenContract?: true;
      /** What reads or prepares pictures crashed on this one, or had to be ended because it took too long. */
      readonly readerCrashed?: true;
    }
  | { readonly kind: 'misconfigured'; readonly reason: Reason }
  | HeldOutcome;

/** The stage itself does not send the picture for now, whatever the endpoint would answer. */
export type HeldOutcome = {
  readonly kind: 'held';
  readonly by: 'call-cap' | 'breaker';
  readonly reason: Reason;
  readonly retryAfterSeconds: number;
};

/** The result of one attempt at a picture. `duplicate`: the picture already had its final record. */
export type Outcome = FinalOutcome | WaitingOutcome | { readonly kind: 'duplicate' };

/** Whether the outcome made a final record. */
export function isFinal(outcome: Outcome): outcome is FinalOutcome {
  return outcome.kind !== 'duplicate' && !isWaiting(outcome);
}

/** Whether the picture is read later. */
export function isWaiting(outcome: Outcome): outcome is WaitingOutcome {
  return outcome.kind === 'wait' || outcome.kind === 'misconfigured' || outcome.kind === 'held';
}

/** What one attempt at a picture did. */
export type PictureReport = {
  readonly outcome: Outcome;
  /** Claims of the picture so far, this one included; absent where it was not claimed. */
  readonly attempts?: number;
  /** Calls of the endpoint in this attempt, and the duration of each answer in milliseconds. */
  readonly calls: number;
  readonly latenciesMs: readonly number[];
  /** From upload to final record, in milliseconds; absent where none was written. */
  readonly queueDelayMs?: number;
  /** As the record has it; absent where no final record was written. */
  readonly capturedAt?: string;
  /** Absent where the picture is done. */
  readonly comesBackAfterSeconds?: number;
  /** Why a read picture has no crop although the stage keeps crops; absent otherwise. */
  readonly cropNotKept?: Reason;
  /** The error that was thrown, if any. */
  readonly error?: unknown;
  /** `camera` is the one that the key names, where the object was not fetched. */
} & Pick<Capture, 'camera' | 'capturedAtFault' | 'keyNotMatched'>;
