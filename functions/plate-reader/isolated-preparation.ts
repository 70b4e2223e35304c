import * as z from 'zod/mini';
import type { Parts } from '../core/picture/parts.ts';
import { OutsideError, reason, type Reason } from '../core/record/reason.ts';
import { preparationStatuses } from './preparation-status.ts';
import type { PreparedPicture } from './prepare-picture.ts';
import { runProgram } from './run-program.ts';

/** `failed`: the process crashed or took too long, which can be the picture's fault. */
export type IsolatedPreparation = PreparedPicture | { readonly kind: 'failed'; readonly reason: Reason };

/**
 * Makes a picture an upright JPEG of at most so many bytes. Throws an OutsideError `PREPARATION_NOT_STARTED`
 * for what says nothing about the picture.
 */
export type PreparePicture = (picture: Parts, maxBytes: number) => Promise<IsolatedPreparation>;

type IsolatedPreparationOptions = {
  /** The longest time of one picture in milliseconds, with the start of its process. */
  readonly timeoutMs: number;
  /** The process's program, where a bundler moved it. */
  readonly program?: URL;
};

const pixels = z.number();
const header = z.object({
  width: pixels,
  height: pixels,
  stored: z.object({ width: pixels, height: pixels, orientation: z.number() }),
});

/** Prepares pictures, each in a process of its own: a hostile picture harms only itself. */
export function createPreparePicture({ timeoutMs, program }: IsolatedPreparationOptions): PreparePicture {
  const file = program ?? new URL('./preparation-process.ts', import.meta.url);

  return async (picture, maxBytes) => {
    const { output, status, isTooLate } = await runProgram(
      { file, parameters: [String(maxBytes)], timeoutMs },
      picture,
    ).catch((cause: unknown) => {
      throw notStarted(cause);
    });
    if (status === preparationStatuses.prepared) return preparedIn(output);
    if (status === preparationStatuses.refused) {
      return { kind: 'refused', reason: reason.parse(JSON.parse(output.toString('utf8'))) };
    }
    if (status === preparationStatuses.notStarted) throw notStarted(undefined);
    return { kind: 'failed', reason: isTooLate ? timedOut : crashed };
  };
}

function preparedIn(output: Buffer): PreparedPicture {
  const endOfLine = output.indexOf('\n');
  const line: unknown = JSON.parse(output.toString('utf8', 0, endOfLine));
  return { kind: 'prepared', ...header.parse(line), jpeg: output.subarray(endOfLine + 1) };
}

function notStarted(cause: unknown): OutsideError {
  return new OutsideError(
    'PREPARATION_NOT_STARTED',
    'The process that prepares a picture did not start.',
    cause,
  );
}

const timedOut: Reason = { code: 'PREPARATION_TIMED_OUT', message: 'Preparing the picture took too long.' };
const crashed: Reason = {
  code: 'PREPARATION_CRASHED',
  message: 'The process that prepares the picture ended before it had prepared it.',
};
