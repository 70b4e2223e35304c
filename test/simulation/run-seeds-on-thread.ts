import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { PlantedBug } from './plant-bug.ts';
import type { Seeds, SeedsResult } from './run-seeds.ts';

const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), seedsDone: z.number() }),
  z.object({ kind: z.literal('result'), result: z.custom<SeedsResult>() }),
]);

/**
 * Runs seeds on a thread of their own, optionally with a planted bug; `progress` gets the number of
 * finished seeds from time to time.
 */
export function runSeedsOnThread(
  seeds: Seeds,
  { bug, progress }: { readonly bug?: PlantedBug; readonly progress?: (seedsDone: number) => void } = {},
): Promise<SeedsResult> {
  const worker = new Worker(new URL('seed-worker.ts', import.meta.url), { workerData: { seeds, bug } });
  return new Promise((resolve, reject) => {
    worker.on('message', (posted: unknown) => {
      const received = message.parse(posted);
      if (received.kind === 'result') resolve(received.result);
      else progress?.(received.seedsDone);
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      reject(new Error('The thread ended before its seeds.'));
    });
  });
}
