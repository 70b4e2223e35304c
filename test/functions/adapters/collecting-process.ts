// Sends 300 MB of pictures to the server that argv names, from a process of its own, and prints how
// V8 collected them.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import Pool from 'undici/lib/dispatcher/pool.js';
import { exchange } from '../../../functions/adapters/exchange.ts';
import { collectYoungGarbage } from '../../../functions/adapters/garbage-collector.ts';

const kinds: unknown[] = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if ('detail' in entry) kinds.push(entry.detail);
}).observe({ entryTypes: ['gc'] });

const [, , url = ''] = process.argv;
const pool = new Pool(url, { connections: 10 });
const endless = new AbortController().signal;
let heldBytes = 0;
for (let batch = 0; batch < 30; batch += 1) {
  await sendBatch();
  collectYoungGarbage();
  await turnOfEventLoop();
  heldBytes = Math.max(heldBytes, process.memoryUsage().arrayBuffers);
}
await pool.close();
process.stdout.write(JSON.stringify({ kinds, heldBytes }));

/** Ten pictures of 1 MB at once. */
async function sendBatch(): Promise<void> {
  const pictures = Array.from({ length: 10 }, () => Buffer.alloc(1024 * 1024));
  const requests = pictures.map((picture) => ({ method: 'POST', path: '/', body: [picture] }) as const);
  const ended = await Promise.all(requests.map((request) => exchange(pool, request, endless)));
  if (ended.some(({ kind }) => kind === 'failed')) throw new Error('Not every picture was sent.');
}
