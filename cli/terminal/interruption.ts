/**
 * A signal that aborts at Ctrl-C or SIGTERM, for verbs that have something to finish or to tell before they end; all others end at once, as
 * any command does. Pass it to the SDK and to timers: the AbortError that they throw ends the command with status 130. A second Ctrl-C ends it at once.
 */
export function listenForInterruption(): AbortSignal {
  const interruption = new AbortController();
  let firstAtMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interruption.abort();
      firstAtMs ??= Date.now();
      // npm passes a terminal's Ctrl-C on, so that a single one arrives twice; a real second one comes later.
      if (Date.now() - firstAtMs > 500) process.exit(interruptedStatus);
    });
  }
  return interruption.signal;
}

/** The exit status of what a SIGINT has ended, 128 + 2. */
export const interruptedStatus = 130;
