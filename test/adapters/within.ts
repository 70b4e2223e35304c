import { setTimeout as delay } from 'node:timers/promises';

/**
 * What the promise gives; fails if that takes longer than `limitMs`. By a timer instead of the clock, since a machine that stands still for
 * a while keeps both of them waiting.
 */
export async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  const ended = new AbortController();
  const tooLate = async (): Promise<never> => {
    await delay(limitMs, undefined, { signal: ended.signal });
    throw new Error(`It took longer than ${limitMs} ms.`);
  };
  try {
    return await Promise.race([promise, tooLate()]);
  } finally {
    ended.abort();
  }
}
