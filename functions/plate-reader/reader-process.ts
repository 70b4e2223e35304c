import { createPlateReader } from './plate-reader.ts';
import { ReaderError } from './reader-error.ts';
import type { WorkerMessage, WorkerRequest } from './reader-messages.ts';

// The isolated reader may start this program with the URL of another directory of models.
const [, , modelsDirectory] = process.argv;

// It ends with its parent.
process.on('disconnect', () => process.exit());

try {
  const reader = await createPlateReader(
    modelsDirectory === undefined ? {} : { modelsDirectory: new URL(modelsDirectory) },
  );
  // What is thrown here ends the process, and the isolated reader starts another.
  process.on('message', ({ bytes }: WorkerRequest) => {
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
  process.send?.(message);
}
