import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { plantBug, plantedBug } from './plant-bug.ts';
import { simulations } from './simulations.ts';

const progressEveryMs = 500;

const { seeds, bug } = z
  .object({
    seeds: z.object({
      of: z.enum(simulations).exactOptional(),
      first: z.array(z.number()).exactOptional(),
      from: z.number(),
      to: z.number(),
      step: z.number(),
    }),
    bug: plantedBug.optional(),
  })
  .parse(workerData);

// Before the code under test is loaded for the first time.
if (bug) plantBug(bug);
const { runSeeds } = await import('./run-seeds.ts');

let toldAtMs = 0;
const result = await runSeeds(seeds, (seedsDone) => {
  if (Date.now() - toldAtMs < progressEveryMs) return;
  toldAtMs = Date.now();
  parentPort?.postMessage({ kind: 'progress', seedsDone });
});
parentPort?.postMessage({ kind: 'result', result });
