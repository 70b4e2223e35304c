import pLimit from 'p-limit';
import { fetchTimeoutMs, type PictureStore } from '../adapters/picture-store.ts';
import { recordTimeoutMs, type Claim, type ReadingsTable } from '../adapters/readings-table.ts';
import { captureOf } from '../core/capture/capture.ts';
import type { KeyTemplate } from '../core/capture/key-template.ts';
import type { UploadedObject } from '../core/message/uploaded-object.ts';
import type { Picture } from '../core/picture/picture.ts';
import { maxEndpointBytes } from '../core/picture/preparation.ts';
import { announcedRecord, finalRecord, type RecordSettings } from '../core/record/build-record.ts';
import {
  isWaiting,
  type FinalOutcome,
  type Outcome,
  type PictureReport,
  type WaitingOutcome,
} from '../core/record/outcome.ts';
import { bestOf } from '../core/record/plate-read.ts';
import { reasonOf } from '../core/record/reason.ts';
import type { Capture } from '../core/record/record.ts';
import { outOfTime, type AskForPlates, type CallTally } from './ask-for-plates.ts';
import { createExamineObject, type ExaminedObject } from './examine-object.ts';
import type { KeepCrop } from './keep-crop.ts';
import type { LoadPlateHider } from './plate-hider.ts';

/** What the invocation and the message of an object allow. */
export type Delivery = {
  /** Until Lambda ends the invocation. */
  readonly remainingTimeMs: () => number;
  /** How long the object stays away if it has to wait. */
  readonly delaySecondsFor: (outcome: WaitingOutcome) => number;
};

export type ReadPicture = ReturnType<typeof createReadPicture>;

/**
 * What can follow a record that failed, in milliseconds: 5 s for the release, 4 s to report to SQS which
 * messages come back.
 */
export const returnBudgetMs = 9_000;

/** With the delays of `retryDelaySeconds`, half an hour on average. */
export const attemptsForPermission = 8;

/**
 * A picture that crashes the reader so often is rejected. One crash can have another cause, such as a machine
 * without memory.
 */
const mostReaderCrashes = 3;

/** A claim outlasts its invocation by more than the clocks of two sandboxes differ. */
export const claimMarginMs = 60_000;

type ReadPictureDeps = {
  readonly table: ReadingsTable;
  readonly pictures: PictureStore;
  readonly askForPlates: AskForPlates;
  /** Undefined where no crops are kept. */
  readonly keepCrop?: KeepCrop | undefined;
  /** Undefined where all plates are kept as they are. */
  readonly loadPlateHider?: LoadPlateHider | undefined;
  readonly settings: RecordSettings & {
    readonly ocrTimeoutMs: number;
    readonly keyTemplate: KeyTemplate | undefined;
  };
  readonly now: () => number;
  /** Unique for each call. */
  readonly newClaimOwner: () => string;
};

/**
 * Reads one picture: claim, examine, ask, then record or release. Never throws: after an error the picture
 * waits.
 */
export function createReadPicture(deps: ReadPictureDeps) {
  const { table, settings, now } = deps;
  // A call starts only if its record can still be written: otherwise it would be paid for twice.
  const callBudgetMs = settings.ocrTimeoutMs + recordTimeoutMs + returnBudgetMs;
  const readClaimed = createReadClaimed(deps, callBudgetMs);
  const largeOneAtATime = pLimit(1);

  return async (object: UploadedObject, delivery: Delivery): Promise<PictureReport> => {
    // Ten pictures of 32 MB at once would take more memory than the function has.
    const isSmall = (object.sizeBytes ?? Infinity) <= maxEndpointBytes;
    return await (isSmall ? readPicture(object, delivery) : largeOneAtATime(readPicture, object, delivery));
  };

  async function readPicture(object: UploadedObject, delivery: Delivery): Promise<PictureReport> {
    const announced = captureOf(object, settings.keyTemplate);
    const notClaimed = (outcome: WaitingOutcome): PictureReport => ({
      outcome,
      calls: 0,
      latenciesMs: [],
      ...countedCapture(announced),
      comesBackAfterSeconds: delivery.delaySecondsFor(outcome),
    });
    if (delivery.remainingTimeMs() < fetchTimeoutMs + callBudgetMs) return notClaimed(outOfTime);
    const owner = deps.newClaimOwner();
    const nowMs = now();
    try {
      const claim = await table.claim(
        object.imageId,
        announcedRecord(object, announced, nowMs, settings.retentionDays),
        { owner, nowMs, untilMs: nowMs + delivery.remainingTimeMs() + claimMarginMs },
      );
      switch (claim.kind) {
        case 'claimed':
          return await readClaimed(object, announced, { ...claim, owner }, delivery);
        case 'taken':
          return notClaimed(takenUntil(claim.untilMs, now()));
        case 'final':
          return { outcome: { kind: 'duplicate' }, calls: 0, latenciesMs: [], ...countedCapture(announced) };
      }
    } catch (error) {
      return { ...notClaimed({ kind: 'wait', reason: reasonOf(error) }), error };
    }
  }
}

/** The second half: what follows a claim. */
function createReadClaimed(
  { table, pictures, askForPlates, keepCrop, loadPlateHider, settings, now }: ReadPictureDeps,
  callBudgetMs: number,
) {
  const examineObject = createExamineObject(pictures, settings.keyTemplate);
  const keepCropOf = createKeepCropOf(keepCrop);

  return async function readClaimed(
    object: UploadedObject,
    announced: Capture,
    claim: Extract<Claim, { kind: 'claimed' }> & { readonly owner: string },
    delivery: Delivery,
  ): Promise<PictureReport> {
    const tally: CallTally = { calls: 0, latenciesMs: [] };
    let { readerCrashes = 0 } = claim;
    let capture = announced;
    const reportOf = (outcome: Outcome) => ({
      outcome,
      attempts: claim.attempts,
      ...tally,
      ...countedCapture(capture),
    });
    const timeForCall = (workMs = 0) => delivery.remainingTimeMs() >= callBudgetMs + workMs;
    try {
      // Before the call: a reply whose plates cannot be hidden is paid for and not stored.
      const hider = await loadPlateHider?.();
      if (hider?.kind === 'failed') return { error: hider.error, ...(await release(hider.outcome)) };
      const { check, ...examined } = await examineObject(object, announced);
      capture = examined.capture;
      const picture = check.kind === 'picture' ? check.picture : undefined;
      const asked = await outcomeOf(check, claim, (read) => askForPlates(read, timeForCall, tally));
      if (asked.kind === 'wait' && asked.readerCrashed) readerCrashes += 1;
      const outcome = readerCrashes < mostReaderCrashes ? asked : crashesReader;
      if (isWaiting(outcome)) return await release(outcome);

      const nowMs = now();
      const whole = finalRecord(outcome, picture, capture, nowMs, settings);
      const final = hider ? hider.hide(whole) : whole;
      switch (await table.record(object.imageId, claim.owner, final, claim.calls + tally.calls)) {
        case 'recorded':
          // A picture counts as unavailable once, however often its messages arrive.
          if (outcome.kind === 'unavailable' && claim.wasUnavailable) return reportOf({ kind: 'duplicate' });
          return {
            ...reportOf(outcome),
            queueDelayMs: nowMs - Date.parse(object.uploadedAt),
            capturedAt: capture.capturedAt,
            ...(await keepCropOf(outcome, { object, picture, readAt: final.readAt }, delivery)),
          };
        case 'final-before':
          return reportOf({ kind: 'duplicate' });
        case 'claim-lost':
          return { ...reportOf(claimLost), comesBackAfterSeconds: delivery.delaySecondsFor(claimLost) };
      }
    } catch (error) {
      const report = await release({ kind: 'wait', reason: reasonOf(error) });
      return { ...report, error: 'error' in report ? new AggregateError([error, report.error]) : error };
    }

    async function release(outcome: WaitingOutcome): Promise<PictureReport> {
      const comesBackAfterSeconds = delivery.delaySecondsFor(outcome);
      const report = { ...reportOf(outcome), comesBackAfterSeconds };
      try {
        await table.release(object.imageId, claim.owner, {
          reason: outcome.reason,
          nextTryAt: new Date(now() + comesBackAfterSeconds * 1000).toISOString(),
          calls: claim.calls + tally.calls,
          ...(readerCrashes === 0 ? {} : { readerCrashes }),
        });
        return report;
      } catch (error) {
        // The picture comes back all the same, and is free again when its claim ends.
        return { ...report, error };
      }
    }
  };
}

/** Keeps the crop of a read picture, and says why not where that fails. */
function createKeepCropOf(keepCrop: KeepCrop | undefined) {
  return async (
    outcome: FinalOutcome,
    recorded: {
      readonly object: UploadedObject;
      readonly picture: Picture | undefined;
      readonly readAt: string;
    },
    { remainingTimeMs }: Delivery,
  ): Promise<Pick<PictureReport, 'cropNotKept'>> => {
    const { object, picture, readAt } = recorded;
    if (!keepCrop || outcome.kind !== 'read' || !picture) return {};
    const { box } = bestOf(outcome.plates);
    const { imageId } = object;
    const cropNotKept = await keepCrop({ imageId, readAt, parts: picture.parts, box }, remainingTimeMs);
    return cropNotKept ? { cropNotKept } : {};
  };
}

/** What the usage counts of a picture's capture. */
function countedCapture({ camera, capturedAtFault, keyNotMatched }: Capture) {
  return { camera, ...(capturedAtFault && { capturedAtFault }), ...(keyNotMatched && { keyNotMatched }) };
}

/** The outcome of one attempt. A picture that already crashed the reader too often is not read once more. */
async function outcomeOf(
  check: ExaminedObject['check'],
  { attempts, readerCrashes = 0 }: Extract<Claim, { kind: 'claimed' }>,
  ask: (picture: Picture) => Promise<FinalOutcome | WaitingOutcome>,
): Promise<FinalOutcome | WaitingOutcome> {
  if (readerCrashes >= mostReaderCrashes) return crashesReader;
  return check.kind === 'picture' ? ask(check.picture) : withoutCall(check, attempts);
}

/**
 * The outcome of what no call can read. A permission that may be corrected soon is waited for, but not as
 * long as the queue allows: about half an hour.
 */
function withoutCall(
  check: Exclude<ExaminedObject['check'], { kind: 'picture' }>,
  attempts: number,
): FinalOutcome | WaitingOutcome {
  if (check.kind !== 'unavailable') return check;
  const { reason, mayPassSoon } = check;
  if (mayPassSoon && attempts < attemptsForPermission) return { kind: 'misconfigured', reason };
  return { kind: 'unavailable', reason };
}

const crashesReader: FinalOutcome = {
  kind: 'rejected',
  reason: {
    code: 'CRASHES_READER',
    message: `Reading the picture, or preparing it, crashed or took too long at each of ${mostReaderCrashes} attempts.`,
  },
};

const claimLost: WaitingOutcome = {
  kind: 'wait',
  reason: {
    code: 'CLAIM_LOST',
    message: 'Another invocation claimed the picture before its record was written.',
  },
};

function takenUntil(untilMs: number, nowMs: number): WaitingOutcome {
  return {
    kind: 'wait',
    reason: { code: 'CLAIMED', message: 'Another invocation is reading this picture.' },
    retryAfterSeconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1000)),
  };
}
