import { readdirSync, readFileSync } from 'node:fs';
import { processorTimeMs } from './processor-time.ts';

/** What the children of a process used. */
type ChildrenUsage = {
  readonly processorMs: number;
  /** The largest resident set sizes since their starts, together. */
  readonly peakBytes: number;
};

/** What the living children of a process have used; undefined where the system does not say it. */
export function usageOfChildren(processId: number): ChildrenUsage | undefined {
  if (process.platform !== 'linux') return undefined;
  return childrenOf(processId)
    .map((child) => ({ processorMs: processorTimeMs(child) ?? 0, peakBytes: peakBytesOf(child) }))
    .reduce(
      (total, child) => ({
        processorMs: total.processorMs + child.processorMs,
        peakBytes: total.peakBytes + child.peakBytes,
      }),
      { processorMs: 0, peakBytes: 0 },
    );
}

function childrenOf(processId: number): number[] {
  const threads = `/proc/${processId}/task`;
  return readdirSync(threads).flatMap((thread) =>
    readFileSync(`${threads}/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
}

function peakBytesOf(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'latin1');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kilobytes) * 1024;
}
