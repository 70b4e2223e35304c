/** Tells on standard error, every two seconds, how many there are so far; for what has no total yet. */
export type Counting = {
  /** There are so many by now. */
  update(count: number): void;
  stop(): void;
};

const intervalMs = 2000;

/** Begins at once; `what` is what is counted, such as `objects listed`. */
export function startCounting(what: string): Counting {
  let latest = 0;
  const timer = setInterval(() => process.stderr.write(`${latest} ${what} so far\n`), intervalMs);
  return {
    update: (count) => {
      latest = count;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
