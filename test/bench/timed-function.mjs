// Runs the function that MEASURED_FUNCTION names, and prints the duration of each invocation, as Lambda
// itself does.
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const measured = await import(process.env.MEASURED_FUNCTION);

export const handler = async (event, context) => {
  const startedMs = performance.now();
  try {
    return await measured.handler(event, context);
  } finally {
    const durationMs = performance.now() - startedMs;
    process.stdout.write(`REPORT ${JSON.stringify({ durationMs, records: event.Records.length })}\n`);
  }
};
