import { exitProcess } from './exit-process.ts';

/** The exit status after the reader of standard output has closed it: 128 + the number of SIGPIPE. */
export const closedOutputExitStatus = 141;

/**
 * Returns a signal that aborts when the reader of standard output has closed it, as `head` does. Any other
 * error of standard output, such as a full disk, ends the program with a sentence and status 1.
 */
export function listenForClosedOutput(): AbortSignal {
  const closed = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      closed.abort();
      return;
    }
    process.stderr.write(`error: Standard output cannot be written: ${error.message}.\n`);
    void exitProcess(1);
  });
  return closed.signal;
}
