// Loads a function as Lambda's Node runtime does. argv has the path of the module and the name of its
// handler. It is JavaScript, because Node takes 40 MB to read TypeScript.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/* global global */

const [, , functionPath, handlerName] = process.argv;
const { [handlerName]: handler } = await import(functionPath);

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
process.on('message', async ({ kind, event, timeoutMs }) => {
  if (kind === 'collect') {
    process.send({ kind: 'collected', liveBytes: await collectGarbage() });
    return;
  }
  const startedMs = performance.now();
  const response = await handler(event, {
    awsRequestId: 'bench',
    functionName: 'bench',
    getRemainingTimeInMillis: () => timeoutMs - (performance.now() - startedMs),
  });
  process.send({
    kind: 'ended',
    response,
    durationMs: performance.now() - startedMs,
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: peakRssBytes(),
  });
});
process.send({ kind: 'ready' });

/**
 * The largest resident set size of this process. On Linux `maxRSS` starts with that of the parent, which can
 * be larger.
 */
function peakRssBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return Number(kilobytes) * 1024;
}

/**
 * The bytes in use after collections of garbage. Another thread frees the buffers outside the heap, so one
 * collection is not enough.
 */
async function collectGarbage() {
  let liveBytes = Infinity;
  for (;;) {
    global.gc();
    await delay(100);
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > 0.99 * liveBytes) return liveBytes;
    liveBytes = heapUsed + external;
  }
}
