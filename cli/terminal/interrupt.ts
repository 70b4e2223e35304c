import { exitProcess } from './exit-process.ts';

/** The exit status after Ctrl-C: 128 + the number of SIGINT. */
export const interruptExitStatus = 130;

/** npm passes a terminal's Ctrl-C on, so that one key press can arrive twice. */
const repeatedSignalMs = 500;

/**
 * Returns a signal that aborts at Ctrl-C or SIGTERM, for programs that must finish or report something before
 * they exit. Pass it to timers and to the SDK: `exitOf` turns their AbortError into status 130. A second
 * Ctrl-C exits at once, or as soon as the reader has finished the pictures in its hands.
 */
export function listenForInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  let firstAtMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupt.abort();
      firstAtMs ??= Date.now();
      if (Date.now() - firstAtMs > repeatedSignalMs) void exitProcess(interruptExitStatus);
    });
  }
  return interrupt.signal;
}
