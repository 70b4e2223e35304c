import { fetchTimeoutMs, type PictureStore } from '../adapters/picture-store.ts';
import { recordTimeoutMs, type ReadingsTable } from '../adapters/readings-table.ts';
import { captureOf, type Capture } from '../core/capture.ts';
import type { Image } from '../core/image.ts';
import type { KeyTemplate } from '../core/key-template.ts';
import type { FinalOutcome, Outcome, PictureReport, WaitingOutcome } from '../core/outcome.ts';
import { checkPicture, refuseSize, type Picture } from '../core/picture.ts';
import { reasonOf } from '../core/reason.ts';
import { announcedAttributes, finalAttributes } from '../core/record.ts';
import { outOfTime, type AskEndpoint, type CallTally } from './ask-endpoint.ts';

/** What the message of a picture and its invocation allow. */
export type Turn = {
  /** Until Lambda ends the invocation. */
  readonly remainingTimeMs: () => number;
  /** How long the picture stays away if it has to wait. */
  readonly delaySecondsFor: (outcome: WaitingOutcome) => number;
};

export type ReadPicture = ReturnType<typeof createReadPicture>;

/** What may follow a record that failed, in milliseconds: 5 s to let go or to read back, 4 s to tell SQS which messages come back. */
export const returnBudgetMs = 9_000;

/** A claim outlasts its invocation by more than the clocks of two sandboxes differ. */
export const claimMarginMs = 60_000;

/** Reads one picture: claim, examine, record or let go. Never throws: what is broken makes the picture wait. */
export function createReadPicture(deps: {
  readonly table: ReadingsTable;
  readonly pictures: PictureStore;
  readonly askEndpoint: AskEndpoint;
  readonly settings: {
    readonly ocrTimeoutMs: number;
    readonly retentionDays: number;
    readonly keyTemplate: KeyTemplate | undefined;
  };
  readonly now: () => number;
  /** Unique for each call. */
  readonly newClaimOwner: () => string;
}) {
  const { table, pictures, askEndpoint, settings, now } = deps;
  // A call is begun only if its record can still be written: otherwise it would be paid for twice.
  const callBudgetMs = settings.ocrTimeoutMs + recordTimeoutMs + returnBudgetMs;

  return async function readPicture(image: Image, turn: Turn): Promise<PictureReport> {
    if (turn.remainingTimeMs() < fetchTimeoutMs + callBudgetMs) return notTakenUp(outOfTime, turn);
    const owner = deps.newClaimOwner();
    const announced = captureOf(image, settings.keyTemplate, {});
    const nowMs = now();
    try {
      const claim = await table.claim(
        image.imageId,
        announcedAttributes(image, announced, nowMs, settings.retentionDays),
        { owner, nowMs, untilMs: nowMs + turn.remainingTimeMs() + claimMarginMs },
      );
      switch (claim.kind) {
        case 'claimed':
          return await readClaimed(image, announced, { ...claim, owner }, turn);
        case 'taken':
          return notTakenUp(takenUntil(claim.untilMs, now()), turn);
        case 'final':
          return { outcome: { kind: 'duplicate' }, calls: 0, latenciesMs: [] };
      }
    } catch (error) {
      return { ...notTakenUp({ kind: 'wait', reason: reasonOf(error) }, turn), error };
    }
  };

  async function readClaimed(
    image: Image,
    announced: Capture,
    claim: { readonly owner: string; readonly attempts: number; readonly calls: number },
    turn: Turn,
  ): Promise<PictureReport> {
    const tally: CallTally = { calls: 0, latenciesMs: [] };
    const ended = (outcome: Outcome) => ({ outcome, attempts: claim.attempts, ...tally });
    try {
      const { outcome, picture, capture } = await examine(image, announced, turn, tally);
      if (outcome.kind === 'wait' || outcome.kind === 'misconfigured') return await letGo(outcome);

      const nowMs = now();
      const final = finalAttributes(outcome, picture, capture, nowMs, settings.retentionDays);
      switch (await table.record(image.imageId, claim.owner, final, claim.calls + tally.calls)) {
        case 'recorded':
          return { ...ended(outcome), queueDelayMs: nowMs - Date.parse(image.uploadedAt) };
        case 'final-before':
          return ended({ kind: 'duplicate' });
        case 'claim-lost':
          return { ...ended(claimLost), comesBackAfterSeconds: turn.delaySecondsFor(claimLost) };
      }
    } catch (error) {
      const report = await letGo({ kind: 'wait', reason: reasonOf(error) });
      return { ...report, error: 'error' in report ? new AggregateError([error, report.error]) : error };
    }

    async function letGo(outcome: WaitingOutcome): Promise<PictureReport> {
      const comesBackAfterSeconds = turn.delaySecondsFor(outcome);
      const report = { ...ended(outcome), comesBackAfterSeconds };
      try {
        await table.letGo(image.imageId, claim.owner, {
          reason: outcome.reason,
          nextTryAt: new Date(now() + comesBackAfterSeconds * 1000).toISOString(),
          calls: claim.calls + tally.calls,
        });
        return report;
      } catch (error) {
        // The picture comes back all the same, and is free again once its claim is over.
        return { ...report, error };
      }
    }
  }

  /** Everything between claim and record. `picture` is absent where the bytes were not seen or are none. */
  async function examine(
    image: Image,
    announced: Capture,
    turn: Turn,
    tally: CallTally,
  ): Promise<{ outcome: FinalOutcome | WaitingOutcome; capture: Capture; picture?: Picture }> {
    const refused = image.sizeBytes === undefined ? undefined : refuseSize(image.sizeBytes);
    if (refused) return { outcome: { kind: 'rejected', reason: refused }, capture: announced };

    const object = await pictures.fetch(image);
    if (object.kind === 'gone') return { outcome: object, capture: announced };
    const capture = captureOf(image, settings.keyTemplate, object.metadata);
    if (object.kind === 'refused') return { outcome: { kind: 'rejected', reason: object.reason }, capture };

    const check = checkPicture(object.bytes);
    if (check.kind === 'rejected') return { outcome: check, capture };
    const timeForCall = () => turn.remainingTimeMs() >= callBudgetMs;
    const outcome = await askEndpoint(check.picture, timeForCall, tally);
    return { outcome, capture, picture: check.picture };
  }
}

const claimLost: WaitingOutcome = {
  kind: 'wait',
  reason: {
    code: 'CLAIM_LOST',
    message: 'Another invocation took the picture over before its record was written.',
  },
};

function takenUntil(untilMs: number, nowMs: number): WaitingOutcome {
  return {
    kind: 'wait',
    reason: { code: 'CLAIMED', message: 'Another invocation reads this picture now.' },
    retryAfterSeconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1000)),
  };
}

function notTakenUp(outcome: WaitingOutcome, turn: Turn): PictureReport {
  return { outcome, calls: 0, latenciesMs: [], comesBackAfterSeconds: turn.delaySecondsFor(outcome) };
}
