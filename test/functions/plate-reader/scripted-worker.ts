import { parentPort, threadId } from 'node:worker_threads';
import type { WorkerMessage, WorkerRequest } from '../../../functions/plate-reader/reader-messages.ts';

// A worker of the pool's tests: the picture's text says what it does. It answers with its number as code and
// the text as message.
const send = (message: WorkerMessage) => parentPort?.postMessage(message);
const held: string[] = [];

parentPort?.on('message', ({ bytes }: WorkerRequest) => {
  const command = new TextDecoder().decode(bytes);
  if (command === 'crash') throw new Error('The test asked for it.');
  if (command === 'exit') process.exit(1);
  held.push(command);
  const isLarge = bytes.length > 20 && Buffer.from(bytes).readUInt32BE(16) > 1000 && command.includes('PNG');
  setTimeout(answer, command === 'slow' || isLarge ? 200 : 0);
});
send({ kind: 'started' });

function answer(): void {
  const [text = ''] = held.splice(0, 1);
  send({
    kind: 'answered',
    reading: { kind: 'refused', reason: { code: `THREAD_${threadId}`, message: text } },
  });
}
