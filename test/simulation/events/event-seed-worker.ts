import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { plantBug, plantedBug } from '../plant-bug.ts';

const { from, to, bug } = z
  .object({ from: z.number(), to: z.number(), bug: plantedBug.optional() })
  .parse(workerData);

// Before the code under test is loaded for the first time.
if (bug) plantBug(bug);
const { runEventHistory } = await import('./run-event-history.ts');
const { judgeEvents } = await import('./judge-events.ts');

let violations: string[] = [];
let seed = from - 1;
while (seed < to && violations.length === 0) {
  seed += 1;
  violations = judgeEvents(await runEventHistory(seed));
}
parentPort?.postMessage({ seed, violations });
