import pLimit from 'p-limit';
import type { Picture } from '../core/picture/picture.ts';
import { inOrder, maxEndpointBytes, stepsInHeader, type Preparation } from '../core/picture/preparation.ts';
import type { FinalOutcome, WaitingOutcome } from '../core/record/outcome.ts';
import type { PlateRead } from '../core/record/plate-read.ts';
import type { PreparePicture } from '../plate-reader/isolated-preparation.ts';
import type { PreparedPicture } from '../plate-reader/prepare-picture.ts';
import { cornersOf } from '../plate-reader/quadrilateral.ts';
import { storedBoxOf } from '../plate-reader/stored-box.ts';
import { outOfTime, type AskForPlates } from './ask-for-plates.ts';

/** The longest time of preparing one picture, in milliseconds. */
export const preparationTimeoutMs = 10_000;

type Prepared = Extract<PreparedPicture, { kind: 'prepared' }>;

/**
 * Prepares the pictures that the endpoint does not take as they are, one at a time, since decoding takes
 * memory; then asks, and maps the boxes back to the uploaded picture. Other pictures are sent as they are.
 */
export function createAskPrepared(deps: {
  readonly ask: AskForPlates;
  /** Loads what prepares pictures, with the first picture that needs it. */
  readonly loadPreparer: () => Promise<PreparePicture>;
}): AskForPlates {
  const oneAtATime = pLimit(1);

  return async (picture, timeForCall, tally) => {
    const steps = stepsInHeader(picture);
    const isTooLarge = picture.sizeBytes > maxEndpointBytes;
    if (steps.length === 0 && !isTooLarge) return await deps.ask(picture, timeForCall, tally);

    const prepared = await oneAtATime(async () => {
      if (!timeForCall(preparationTimeoutMs)) return outOfTime;
      const preparePicture = await deps.loadPreparer();
      return await preparePicture(picture.parts, maxEndpointBytes);
    });
    switch (prepared.kind) {
      case 'wait':
        return prepared;
      case 'failed':
        return { kind: 'wait', reason: prepared.reason, readerCrashed: true };
      case 'refused':
        return { kind: 'rejected', reason: prepared.reason };
      case 'prepared': {
        const outcome = await deps.ask(pictureOf(prepared), timeForCall, tally);
        const { stored } = prepared;
        const isSmaller = prepared.width * prepared.height < stored.width * stored.height;
        const preparation = {
          steps: inOrder([
            ...steps,
            ...(stored.orientation > 1 ? (['turned'] as const) : []),
            ...(isSmaller ? (['scaled'] as const) : isTooLarge ? (['compressed'] as const) : []),
          ]),
          width: stored.width,
          height: stored.height,
        };
        return withBoxesOfUpload(outcome, prepared, preparation);
      }
    }
  };
}

function pictureOf({ jpeg, width, height }: Prepared): Picture {
  return { parts: [jpeg], sizeBytes: jpeg.length, fileType: 'jpeg', width, height };
}

/** An outcome about the prepared picture as one about the uploaded picture. */
function withBoxesOfUpload(
  outcome: FinalOutcome | WaitingOutcome,
  prepared: Prepared,
  preparation: Preparation,
): FinalOutcome | WaitingOutcome {
  switch (outcome.kind) {
    case 'read': {
      const [first, ...others] = outcome.plates;
      const moved = (read: PlateRead) => ({
        ...read,
        box: storedBoxOf(cornersOf(read.box), prepared, prepared.stored),
      });
      return { ...outcome, plates: [moved(first), ...others.map(moved)], preparation };
    }
    case 'no-plate':
    case 'unreadable':
    case 'rejected':
      return { ...outcome, preparation };
    case 'gone':
    case 'unavailable':
    case 'wait':
    case 'misconfigured':
    case 'held':
      return outcome;
  }
}
