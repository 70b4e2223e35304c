// Lets 300 MB of pictures pass through a process of its own, and prints what V8 made of it.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { collectPictures } from '../../functions/adapters/garbage-collector.ts';

const kinds: unknown[] = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if ('detail' in entry) kinds.push(entry.detail);
}).observe({ entryTypes: ['gc'] });

let heldBytes = 0;
for (let batch = 0; batch < 30; batch += 1) {
  await readBatch();
  collectPictures();
  await turnOfEventLoop();
  heldBytes = Math.max(heldBytes, process.memoryUsage().arrayBuffers);
}
process.stdout.write(JSON.stringify({ kinds, heldBytes }));

/** Ten pictures of 1 MB, to which nothing refers any more when it has ended. */
async function readBatch(): Promise<number> {
  const pictures = Array.from({ length: 10 }, () => new ArrayBuffer(1024 * 1024));
  await turnOfEventLoop();
  return pictures.length;
}
