import type { Parts } from '../core/picture/parts.ts';
import type { Box } from '../core/record/plate-read.ts';
import { OutsideError, reason, type Reason } from '../core/record/reason.ts';
import type { PlateCut } from './cut-plate.ts';
import { runProgram } from './run-program.ts';

export type CutCrop = (picture: Parts, box: Box) => Promise<PlateCut>;

type IsolatedCropOptions = {
  /** The longest time of one crop in milliseconds, with the start of its process. */
  readonly timeoutMs: number;
  /** The process's program, where a bundler moved it. */
  readonly program?: URL;
};

/** The exit status of the program for a picture of which no crop can be cut. */
const refused = 3;

/**
 * Cuts crops, each in a process of its own: a picture that crashes the decoder or takes all its memory loses
 * only its crop. Throws an OutsideError `CROP_FAILED` where the process ends without a crop.
 */
export function createCutCrop({ timeoutMs, program }: IsolatedCropOptions): CutCrop {
  const file = program ?? new URL('./crop-process.ts', import.meta.url);

  return async (picture, box) => {
    const { output, status } = await runProgram(
      { file, parameters: [JSON.stringify(box)], timeoutMs },
      picture,
    ).catch((cause: unknown) => {
      throw new OutsideError('CROP_FAILED', 'The process that cuts a crop did not start.', cause);
    });
    if (status === 0) return { kind: 'cut', jpeg: output };
    if (status === refused) return { kind: 'refused', reason: reasonIn(output) };
    throw new OutsideError(
      'CROP_FAILED',
      'The process that cuts a crop crashed or took too long.',
      undefined,
    );
  };
}

function reasonIn(output: Buffer): Reason {
  return reason.parse(JSON.parse(output.toString('utf8')));
}
