// Loads a function as Lambda's Node runtime does, in JavaScript, since reading TypeScript takes Node 40 MB: argv names the module and its handler.
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

/** The largest resident set size of this program. On Linux `maxRSS` starts with that of the process that forked it, which can be larger. */
function peakRssBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Bytes in use once nothing more is given back: buffers outside the heap are freed later than what refers to them, by another thread. */
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
