import { setTimeout as delay } from 'node:timers/promises';

/**
 * The result of the promise; fails after `limitMs`. It uses a timer, since a busy machine delays both alike.
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
