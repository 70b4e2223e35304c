import { setTimeout as delay } from 'node:timers/promises';

/** What the promise gives; fails if that takes longer than `limitMs`. By a timer, since a machine that stands still delays both alike. */
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
