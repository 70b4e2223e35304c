import { SingleBar } from 'cli-progress';

/** How far something long has come, on standard error: a bar on a terminal, else a line every five seconds. */
export type Progress = {
  /** `done` of the total so far. */
  update(done: number): void;
  stop(): void;
};

/** Begins at once; `what` is what is counted, such as `pictures`, and `done` how many were done before. */
export function startProgress(what: string, total: number, done = 0): Progress {
  return process.stderr.isTTY ? startBar(what, total, done) : startLines(what, total, done);
}

function startBar(what: string, total: number, doneBefore: number): Progress {
  const bar = new SingleBar({
    format: `{bar} {value} of {total} ${what}, {eta_formatted} left`,
    barsize: 30,
    stream: process.stderr,
    etaBuffer: 100,
    // Ctrl-C ends the command as ever, and leaves a terminal behind whose settings nobody has touched.
    gracefulExit: false,
    linewrap: true,
  });
  bar.start(total, doneBefore);
  return {
    update: (done) => {
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function startLines(what: string, total: number, doneBefore: number): Progress {
  let latest = doneBefore;
  const timer = setInterval(() => process.stderr.write(`${latest} of ${total} ${what}\n`), 5000);
  return {
    update: (done) => {
      latest = done;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
