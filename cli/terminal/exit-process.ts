/** How long the process waits before it exits without order: no picture takes so long. */
const longestWaitMs = 5000;

const closers = new Set<() => Promise<void>>();

/**
 * Registers what must end before the process may exit in the middle of a command. A process that exits while
 * a worker thread is inside a native library is aborted with status 134. Returns what takes it back.
 */
export function closeBeforeExit(close: () => Promise<void>): () => void {
  closers.add(close);
  return () => {
    closers.delete(close);
  };
}

/** Closes what is registered, for at most five seconds, and exits with this status. */
export async function exitProcess(status: number): Promise<never> {
  const timer = setTimeout(() => process.exit(status), longestWaitMs);
  await Promise.allSettled([...closers].map((close) => close()));
  clearTimeout(timer);
  process.exit(status);
}
