import pLimit from 'p-limit';
import { inOrder, stepsInHeader, type PreparationStep } from '../core/picture/preparation.ts';
import type { FinalOutcome, WaitingOutcome } from '../core/record/outcome.ts';
import type { PictureReading } from '../plate-reader/picture-reading.ts';
import type { PlateReader } from '../plate-reader/plate-reader.ts';
import { ReaderError } from '../plate-reader/reader-error.ts';
import { outOfTime, type AskForPlates } from './ask-for-plates.ts';

/**
 * Asks the reader inside the function, for one picture after the other: the function has one processor. A
 * failure of the reader is no exception but a picture that waits. The tally gets no calls.
 */
export function createAskBuiltInReader(deps: {
  readonly reader: Pick<PlateReader, 'read'>;
  readonly now: () => number;
}): AskForPlates {
  const { reader, now } = deps;
  const oneAtATime = pLimit(1);

  return (picture, timeForCall, tally) =>
    oneAtATime(async () => {
      if (!timeForCall()) return outOfTime;
      const startedMs = now();
      try {
        const reading = await reader.read(Buffer.concat(picture.parts));
        tally.latenciesMs.push(now() - startedMs);
        return outcomeOf(reading, stepsInHeader(picture));
      } catch (error) {
        if (error instanceof ReaderError) return waitingFor(error);
        throw error;
      }
    });
}

/** The reader itself decodes, turns and normalises pictures; the record says so in the endpoint's words. */
function outcomeOf(reading: PictureReading, steps: readonly PreparationStep[]): FinalOutcome {
  if (reading.kind === 'refused') return { kind: 'rejected', reason: reading.reason };
  const { resolution, orientation, width, height } = reading.picture;
  const done = inOrder([...steps, ...(orientation > 1 ? (['turned'] as const) : [])]);
  const preparation = done.length === 0 ? {} : { preparation: { steps: done, width, height } };
  const [first, ...others] = reading.plates;
  if (first) return { kind: 'read', plates: [first, ...others], resolution, ...preparation };
  return {
    kind: 'no-plate',
    // The endpoint's code for the same finding.
    reason: { code: 'VEHICLE_PLATE_NOT_FOUND', message: 'There is no plate in the picture.' },
    resolution,
    ...preparation,
  };
}

function waitingFor({ code, message }: ReaderError): WaitingOutcome {
  const waiting = { kind: 'wait', reason: { code, message } } as const;
  return code === 'READER_CRASHED' || code === 'READER_TIMED_OUT'
    ? { ...waiting, readerCrashed: true }
    : waiting;
}
