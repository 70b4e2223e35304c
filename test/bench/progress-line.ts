import type { WriteStream } from 'node:tty';

/** Without a terminal, as in CI, a line every five seconds is enough. */
const lineIntervalMs = 5000;

/** Shows the progress of a long run: on one line of a terminal, else on a new line every few seconds. */
export function createProgressLine(stream: WriteStream) {
  let shownAtMs = -Infinity;
  return {
    show(sentence: string): void {
      if (stream.isTTY) {
        stream.clearLine(0);
        stream.cursorTo(0);
        stream.write(sentence.slice(0, stream.columns - 1));
        return;
      }
      if (performance.now() - shownAtMs < lineIntervalMs) return;
      shownAtMs = performance.now();
      stream.write(`${sentence}\n`);
    },
    /** Clears the line for other output. */
    clear(): void {
      if (!stream.isTTY) return;
      stream.clearLine(0);
      stream.cursorTo(0);
    },
  };
}
