import type { WriteStream } from 'node:tty';

/** Without a terminal, as in CI, a line every so many milliseconds shows well enough that something happens. */
const lineIntervalMs = 5000;

/** Tells on a terminal's one line how far a long run is; elsewhere, now and then, on a new one. */
export function createProgressLine(stream: WriteStream) {
  let toldAtMs = -Infinity;
  return {
    show(sentence: string): void {
      if (stream.isTTY) {
        stream.clearLine(0);
        stream.cursorTo(0);
        stream.write(sentence.slice(0, stream.columns - 1));
        return;
      }
      if (performance.now() - toldAtMs < lineIntervalMs) return;
      toldAtMs = performance.now();
      stream.write(`${sentence}\n`);
    },
    /** Makes way for other output. */
    clear(): void {
      if (!stream.isTTY) return;
      stream.clearLine(0);
      stream.cursorTo(0);
    },
  };
}
