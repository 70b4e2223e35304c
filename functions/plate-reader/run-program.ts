import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Parts } from '../core/picture/parts.ts';

/** How a program ended: `status` is null where a signal ended it. */
type ProgramEnd = { readonly output: Buffer; readonly status: number | null; readonly isTooLate: boolean };

/** A program that gets a picture on standard input. */
type PictureProgram = {
  readonly file: URL;
  readonly parameters: readonly string[];
  /** The longest time in milliseconds, with the start of the process. */
  readonly timeoutMs: number;
};

/**
 * Runs a program on one picture, in a process of its own and without the function's credentials: a picture
 * that crashes the decoder or takes all its memory ends only that process. Rejects where it does not start.
 */
export async function runProgram(
  { file, parameters, timeoutMs }: PictureProgram,
  picture: Parts,
): Promise<ProgramEnd> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--max-old-space-size=64', fileURLToPath(file), ...parameters], {
    // On Lambda, Node itself needs the library path.
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
  const [output, status] = await Promise.all([buffer(child.stdout), ended.promise]);
  return { output, status, isTooLate: status === null && performance.now() - startedMs >= timeoutMs };
}
