import { SingleBar } from 'cli-progress';

/** A display of progress on standard error. */
type Progress = {
  /** Sets how many things are done so far. */
  update(done: number): void;
  stop(): void;
};

/**
 * Shows `done` of `total` things, such as `pictures`: as a bar on a terminal, else as a line every five
 * seconds.
 */
export function startProgress(what: string, total: number, done = 0): Progress {
  if (process.stderr.isTTY) return startBar(what, total, done);
  return startLines(5000, done, (latest) => `${latest} of ${total} ${what}`);
}

/** Shows a count without a total, of things such as `objects listed`: a line every two seconds. */
export function startCounter(what: string): Progress {
  return startLines(2000, 0, (latest) => `${latest} ${what} so far`);
}

function startBar(what: string, total: number, done: number): Progress {
  const bar = new SingleBar({
    format: `{bar} {value} of {total} ${what}, {eta_formatted} left`,
    barsize: 30,
    stream: process.stderr,
    etaBuffer: 100,
    // Ctrl-C stays with the command, and the terminal keeps its settings.
    gracefulExit: false,
    linewrap: true,
  });
  bar.start(total, done);
  return {
    update: (latest) => {
      bar.update(latest);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function startLines(intervalMs: number, done: number, lineOf: (done: number) => string): Progress {
  let latest = done;
  const timer = setInterval(() => process.stderr.write(`${lineOf(latest)}\n`), intervalMs);
  return {
    update: (newest) => {
      latest = newest;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
