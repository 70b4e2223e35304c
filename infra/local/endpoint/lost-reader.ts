/** A signal that aborts when the reader of standard output has enough, as `head` does, so that the program can still clean up. */
export function listenForLostReader(): AbortSignal {
  const lost = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    lost.abort();
  });
  return lost.signal;
}

/** The exit status of what has lost its reader: the shell's for SIGPIPE, 128 + 13. */
export const lostReaderStatus = 141;
