import { Readable, Writable } from 'node:stream';
import { createProgram } from '../../cli/program.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { environment, progressLines } from './command.ts';

type Run = { readonly output: string; readonly errors: string; readonly status: number };

let earlierRuns: Promise<unknown> = Promise.resolve();

/**
 * Runs `plateline` inside this process until its command ends, with its own environment, and with streams
 * that are not terminals. Runs wait for each other. The `errors` are without lines of progress.
 */
export function runPlateline(
  args: readonly string[],
  {
    env = environment,
    stdin = '',
  }: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<Run> {
  const run = earlierRuns.then(() => runAlone(args, env, stdin));
  earlierRuns = run.catch(() => undefined);
  return run;
}

async function runAlone(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: string,
): Promise<Run> {
  const [stdout, stderr] = [collect(), collect()];
  const restore = replaceProperties({
    argv: [process.execPath, 'plateline', ...args],
    env: { ...env },
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
  });
  const removeListeners = keepSignalListeners();
  const { exitCode } = process;
  process.exitCode = 0;
  try {
    await runProgram(createProgram());
    return {
      output: stdout.text(),
      errors: stderr.text().replaceAll(progressLines, ''),
      status: process.exitCode,
    };
  } finally {
    process.exitCode = exitCode;
    removeListeners();
    restore();
  }
}

function collect() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => new TextDecoder().decode(Buffer.concat(chunks)) };
}

/** Replaces properties of `process`, and returns a function that restores them. */
function replaceProperties(values: Readonly<Record<string, unknown>>): () => void {
  const own = Object.keys(values).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
  );
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of own) if (descriptor) Object.defineProperty(process, name, descriptor);
  };
}

/**
 * Returns what removes the listeners of signals that were added since: a process of its own would take them
 * with it.
 */
function keepSignalListeners(): () => void {
  const kept = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, process.listeners(signal)] as const);
  return () => {
    for (const [signal, listeners] of kept) {
      for (const listener of process.listeners(signal)) {
        if (!listeners.includes(listener)) process.off(signal, listener);
      }
    }
  };
}
