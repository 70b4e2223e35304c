import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { WorkerMessage, WorkerRequest } from '../../../functions/plate-reader/reader-messages.ts';

// A worker of the pool's tests: it does not start while the directory that the pool names has a file
// `missing` or `broken`. The text `crash` ends it.
const [, , directory = ''] = process.argv;
const send = (message: WorkerMessage) => parentPort?.postMessage(message);

if (existsSync(new URL('broken', directory))) throw new Error('The test asked for it.');
if (existsSync(new URL('missing', directory))) {
  send({ kind: 'failed', code: 'MODEL_MISSING', message: 'The model is gone.' });
} else {
  parentPort?.on('message', ({ bytes }: WorkerRequest) => {
    const message = new TextDecoder().decode(bytes);
    if (message === 'crash') throw new Error('The test asked for it.');
    send({ kind: 'answered', reading: { kind: 'refused', reason: { code: 'TEXT', message } } });
  });
  send({ kind: 'started' });
}
