import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** Fewer bytes of buffers are not worth a collection; about 4 MB stay for good. */
const collectFromBytes = 12 * 1024 * 1024;

/**
 * Frees the pictures of a finished batch. It takes a millisecond, because they are young and nothing refers
 * to them any more. Otherwise V8 marks the whole heap in steps for each 8 MB of buffers, in use or not,
 * which adds a third to the processor time of pictures of 1 MB (test/bench, Optimisations).
 */
export function collectYoungGarbage(): void {
  // process.memoryUsage would open a file, and fail where it cannot.
  if (getHeapStatistics().external_memory < collectFromBytes) return;
  // Marking in steps only shortens pauses, which no one notices here. The flag is not set at the start:
  // after a change of flags Node compiles its own modules again as it loads them, which took the first
  // picture 12 ms.
  setFlagsFromString('--no-incremental-marking');
  // gc exists if Lambda's start script gives Node --expose-gc. Without it V8 collects when it has to.
  globalThis.gc?.({ type: 'minor' });
}
