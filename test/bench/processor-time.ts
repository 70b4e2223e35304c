import { readFileSync, readdirSync } from 'node:fs';

/**
 * Milliseconds of processor time that the living threads of another process have used. Linux counts them in
 * nanoseconds, while the usual counters of a process tick every 10 ms. Undefined on other systems.
 */
export function processorTimeMs(processId: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const threads = `/proc/${processId}/task`;
  return readdirSync(threads).reduce((totalMs, thread) => {
    const [nanoseconds] = readFileSync(`${threads}/${thread}/schedstat`, 'latin1').split(' ');
    return totalMs + Number(nanoseconds) / 1e6;
  }, 0);
}
