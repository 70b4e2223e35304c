// Loads a function as Lambda's Node runtime does, in JavaScript, since reading TypeScript takes Node 40 MB: argv names the module and its handler.
import { performance } from 'node:perf_hooks';
import process from 'node:process';

/* global global */

const [, , functionPath, handlerName] = process.argv;
const { [handlerName]: handler } = await import(functionPath);

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
process.on('message', async ({ kind, event, timeoutMs }) => {
  if (kind === 'collect') {
    global.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ kind: 'collected', liveBytes: heapUsed + external });
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
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  });
});
process.send({ kind: 'ready' });
