import { parentPort } from 'node:worker_threads';
import { createPlateReader } from './plate-reader.ts';
import { ReaderError } from './reader-error.ts';
import type { WorkerMessage, WorkerRequest } from './reader-messages.ts';

// The pool starts this program with the URL of the models' directory.
const [, , modelsDirectory = ''] = process.argv;

try {
  const reader = await createPlateReader({ modelsDirectory: new URL(modelsDirectory) });
  // What is thrown here ends the worker, and the pool starts another.
  parentPort?.on('message', ({ bytes }: WorkerRequest) => {
    void reader.read(bytes).then((reading) => {
      send({ kind: 'answered', reading });
    });
  });
  send({ kind: 'started' });
} catch (error) {
  if (!(error instanceof ReaderError)) throw error;
  send({ kind: 'failed', code: error.code, message: error.message });
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
