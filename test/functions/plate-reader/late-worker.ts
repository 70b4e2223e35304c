import { appendFileSync, mkdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

// A worker of the pool's tests: the first to make the folder starts at once, the others a moment later. Each
// notes its start in the directory that the pool names.
const [, , directory = ''] = process.argv;
if (mkdirSync(new URL('first/', directory), { recursive: true }) === undefined) await setTimeout(100);
appendFileSync(new URL('started', directory), '.');
parentPort?.on('message', () => undefined);
parentPort?.postMessage({ kind: 'started' });
