import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { plantBug, plantedBug } from '../plant-bug.ts';

const { seeds, bug } = z.object({ seeds: z.number(), bug: plantedBug.optional() }).parse(workerData);

// Before the code under test is loaded for the first time.
if (bug) plantBug(bug);
const { runWebhookSeeds } = await import('./run-webhook-seeds.ts');

parentPort?.postMessage({ failure: await runWebhookSeeds(seeds) });
