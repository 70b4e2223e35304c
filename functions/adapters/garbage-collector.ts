import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** Fewer outside the heap are not worth a collection; 4 MB are there for good. */
const collectFromBytes = 12 * 1024 * 1024;

/**
 * Frees the pictures of a batch that is done, which takes a millisecond, since they are young and nothing refers to them any more. Left alone
 * V8 marks the whole heap, beside the work and in threads of its own, whenever 8 MB of buffers have come, dead or not: that was more than half
 * of the processor time of pictures of 1 MB.
 */
export function collectYoungGarbage(): void {
  // process.memoryUsage would open a file, and fail where that cannot be done.
  if (getHeapStatistics().external_memory < collectFromBytes) return;
  // Nobody is here to be kept waiting: the whole heap is collected in one go, and only when there is need. Not said at the start, since Node
  // compiles anew what it loads of its own modules after a change of flags: 12 ms for the first picture.
  setFlagsFromString('--no-incremental-marking');
  // There by the --expose-gc of Lambda's start script; where it is missing V8 collects when it has to.
  globalThis.gc?.({ type: 'minor' });
}
