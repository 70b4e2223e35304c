// A program for the isolated reader: what the first byte of a picture says happens to the process.
import type { WorkerMessage, WorkerRequest } from '../../../functions/plate-reader/reader-messages.ts';

const send = (message: WorkerMessage) => process.send?.(message);

process.on('disconnect', () => process.exit());
process.on('message', ({ bytes }: WorkerRequest) => {
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case 'c':
      process.abort();
      break;
    case 'm':
      fillMemory();
      break;
    case 's':
      // Too slow: no answer, and deaf to anything but the end.
      for (;;);
      break;
    default:
      send({ kind: 'answered', reading: { kind: 'refused', reason: describeProcess() } });
  }
});
send({ kind: 'started' });

function fillMemory(): void {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => index));
}

function describeProcess() {
  return { code: String(process.pid), message: Object.keys(process.env).toSorted().join(' ') };
}
