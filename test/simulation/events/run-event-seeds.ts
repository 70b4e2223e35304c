import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { PlantedBug } from '../plant-bug.ts';

const result = z.object({ seed: z.number(), violations: z.array(z.string()) });

/**
 * Runs the histories of visits and events on a thread, until one breaks a promise; optionally with a planted
 * bug. Returns the last seed and what its history breaks.
 */
export async function runEventSeeds(
  from: number,
  to: number,
  bug?: PlantedBug,
): Promise<z.infer<typeof result>> {
  const worker = new Worker(new URL('event-seed-worker.ts', import.meta.url), {
    workerData: { from, to, bug },
  });
  const [posted] = z.array(z.unknown()).parse(await once(worker, 'message'));
  await worker.terminate();
  return result.parse(posted);
}
