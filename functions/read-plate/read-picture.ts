import { fetchTimeoutMs, type PictureStore } from '../adapters/picture-store.ts';
import { recordTimeoutMs, type ReadingsTable } from '../adapters/readings-table.ts';
import { captureOf } from '../core/capture/capture.ts';
import { exifMomentOf } from '../core/capture/exif-moment.ts';
import type { UploadedObject } from '../core/message/uploaded-object.ts';
import type { KeyTemplate } from '../core/capture/key-template.ts';
import type { Outcome, PictureReport, WaitingOutcome } from '../core/record/outcome.ts';
import { checkPicture, refuseSize, type PictureCheck } from '../core/picture/picture.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import { announcedRecord, finalRecord, type RecordSettings } from '../core/record/build-record.ts';
import type { Capture } from '../core/record/record.ts';
import { outOfTime, type AskEndpoint, type CallTally } from './ask-endpoint.ts';

/** What the message of a picture and its invocation allow. */
export type Turn = {
  /** Until Lambda ends the invocation. */
  readonly remainingTimeMs: () => number;
  /** How long the picture stays away if it has to wait. */
  readonly delaySecondsFor: (outcome: WaitingOutcome) => number;
};

export type ReadPicture = ReturnType<typeof createReadPicture>;

/** What may follow a record that failed, in milliseconds: 5 s to let go, 4 s to tell SQS which messages come back. */
export const returnBudgetMs = 9_000;

/** A claim outlasts its invocation by more than the clocks of two sandboxes differ. */
export const claimMarginMs = 60_000;

/** Reads one picture: claim, examine, record or let go. Never throws: what is broken makes the picture wait. */
export function createReadPicture(deps: {
  readonly table: ReadingsTable;
  readonly pictures: PictureStore;
  readonly askEndpoint: AskEndpoint;
  readonly settings: RecordSettings & {
    readonly ocrTimeoutMs: number;
    readonly keyTemplate: KeyTemplate | undefined;
  };
  readonly now: () => number;
  /** Unique for each call. */
  readonly newClaimOwner: () => string;
}) {
  const { table, pictures, askEndpoint, settings, now } = deps;
  // A call is begun only if its record can still be written: otherwise it would be paid for twice.
  const callBudgetMs = settings.ocrTimeoutMs + recordTimeoutMs + returnBudgetMs;

  return async function readPicture(image: UploadedObject, turn: Turn): Promise<PictureReport> {
    const announced = captureOf(image, settings.keyTemplate);
    const { camera } = announced;
    const notTakenUp = (outcome: WaitingOutcome): PictureReport => ({
      outcome,
      camera,
      calls: 0,
      latenciesMs: [],
      comesBackAfterSeconds: turn.delaySecondsFor(outcome),
    });
    if (turn.remainingTimeMs() < fetchTimeoutMs + callBudgetMs) return notTakenUp(outOfTime);
    const owner = deps.newClaimOwner();
    const nowMs = now();
    try {
      const claim = await table.claim(
        image.imageId,
        announcedRecord(image, announced, nowMs, settings.retentionDays),
        { owner, nowMs, untilMs: nowMs + turn.remainingTimeMs() + claimMarginMs },
      );
      switch (claim.kind) {
        case 'claimed':
          return await readClaimed(image, announced, { ...claim, owner }, turn);
        case 'taken':
          return notTakenUp(takenUntil(claim.untilMs, now()));
        case 'final':
          return { outcome: { kind: 'duplicate' }, camera, calls: 0, latenciesMs: [] };
      }
    } catch (error) {
      return { ...notTakenUp({ kind: 'wait', reason: reasonOf(error) }), error };
    }
  };

  async function readClaimed(
    image: UploadedObject,
    announced: Capture,
    claim: { readonly owner: string; readonly attempts: number; readonly calls: number },
    turn: Turn,
  ): Promise<PictureReport> {
    const tally: CallTally = { calls: 0, latenciesMs: [] };
    let { camera } = announced;
    const ended = (outcome: Outcome) => ({ outcome, camera, attempts: claim.attempts, ...tally });
    const timeForCall = () => turn.remainingTimeMs() >= callBudgetMs;
    try {
      const { check, capture } = await examine(image, announced);
      camera = capture.camera;
      const picture = check.kind === 'picture' ? check.picture : undefined;
      const outcome = check.kind === 'picture' ? await askEndpoint(check.picture, timeForCall, tally) : check;
      if (outcome.kind === 'wait' || outcome.kind === 'misconfigured') return await letGo(outcome);

      const nowMs = now();
      const final = finalRecord(outcome, picture, capture, nowMs, settings);
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
        await table.release(image.imageId, claim.owner, {
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

  /** Everything between claim and call. */
  async function examine(
    image: UploadedObject,
    announced: Capture,
  ): Promise<{
    readonly check: PictureCheck | { readonly kind: 'gone'; readonly reason: Reason };
    readonly capture: Capture;
  }> {
    const refused = image.sizeBytes === undefined ? undefined : refuseSize(image.sizeBytes);
    if (refused) return { check: { kind: 'rejected', reason: refused }, capture: announced };

    const object = await pictures.fetch(image);
    if (object.kind === 'gone') return { check: object, capture: announced };
    const check: PictureCheck =
      object.kind === 'refused' ? { kind: 'rejected', reason: object.reason } : checkPicture(object.parts);
    const exifMoment = check.kind === 'picture' ? exifMomentOf(check.picture) : undefined;
    return { check, capture: captureOf(image, settings.keyTemplate, object.metadata, exifMoment) };
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
