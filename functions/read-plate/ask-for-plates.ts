import type { Picture } from '../core/picture/picture.ts';
import type { FinalOutcome, WaitingOutcome } from '../core/record/outcome.ts';

/** The calls for one picture. They are added one by one, so that they are known even after an error. */
export type CallTally = {
  /** Requests sent to an endpoint; none where the function itself reads. */
  calls: number;
  /** The duration of each answer in milliseconds. */
  readonly latenciesMs: number[];
};

/**
 * Asks for the plates of a picture, whatever reads it. `timeForCall` says whether the invocation has time for
 * one more call, and for so many milliseconds of other work before it. Throws an OutsideError where an outside system fails.
 */
export type AskForPlates = (
  picture: Picture,
  timeForCall: (workMs?: number) => boolean,
  tally: CallTally,
) => Promise<FinalOutcome | WaitingOutcome>;

export const outOfTime = {
  kind: 'wait',
  reason: {
    code: 'OUT_OF_TIME',
    message: 'The invocation had too little time left to read another picture.',
  },
} as const satisfies WaitingOutcome;
