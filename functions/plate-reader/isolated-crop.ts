import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Parts } from '../core/picture/parts.ts';
import type { Box } from '../core/record/plate-read.ts';
import { OutsideError, reason, type Reason } from '../core/record/reason.ts';
import type { PlateCut } from './cut-plate.ts';

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
  const file = fileURLToPath(program ?? new URL('./crop-process.ts', import.meta.url));

  return async (picture, box) => {
    const child = spawn(process.execPath, ['--max-old-space-size=64', file, JSON.stringify(box)], {
      // Without the function's credentials. On Lambda, Node itself needs the library path.
      env: { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] },
      // What a library prints may quote the picture.
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const ended = Promise.withResolvers<number | null>();
    child.on('error', ended.reject);
    child.on('close', ended.resolve);
    // Where the process ended early, its exit status says so.
    child.stdin.on('error', () => undefined);
    for (const part of picture) child.stdin.write(part);
    child.stdin.end();
    const [output, status] = await Promise.all([buffer(child.stdout), ended.promise]).catch(
      (cause: unknown) => {
        throw new OutsideError('CROP_FAILED', 'The process that cuts a crop did not start.', cause);
      },
    );
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
