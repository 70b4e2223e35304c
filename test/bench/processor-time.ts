import { readFileSync, readdirSync } from 'node:fs';

/**
 * Milliseconds of processor time that the living threads of another process have used. Linux counts them in
 * nanoseconds, while the usual counters of a process tick every 10 ms. Undefined on other systems.
 */
export function processorTimeMs(processId: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const threads = `/proc/${processId}/task`;
  return readdirSync(threads).reduce((totalMs, thread) => totalMs + threadTimeMs(`${threads}/${thread}`), 0);
}

/** A thread may end after it was listed; what it used is then not counted. */
function threadTimeMs(directory: string): number {
  try {
    const [nanoseconds] = readFileSync(`${directory}/schedstat`, 'latin1').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return 0;
    throw error;
  }
}
