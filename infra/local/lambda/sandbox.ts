import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hostMessage, type HostMessage, type InvocationMessage } from './sandbox-protocol.ts';

/** Lambda gives a function ten seconds to load; a busy developer's machine may need longer. */
const initTimeoutMs = 60_000;

/** A deployed function, and the path of its code on this machine. */
export interface SandboxOptions {
  functionName: string;
  functionArn: string;
  /** The module to load, and its export that Lambda calls. */
  functionPath: string;
  handlerName: string;
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
  memorySizeMb: number;
  /** Receives each line that the function writes, and a line for each time-out. */
  onOutput: (line: string) => void;
}

/** The result of an invocation; all but `returned` are function errors for Lambda. */
type InvocationResult =
  | { kind: 'returned'; json: string }
  | { kind: 'threw'; error: string }
  | { kind: 'timed-out' }
  | { kind: 'exited' };

/** An execution environment of a function: its own process, which runs one invocation at a time. */
export interface Sandbox {
  /** Runs one invocation. It starts the process if there is none, as after a time-out or an exit. */
  invoke(event: InvocationMessage['event']): Promise<InvocationResult>;
  /** Kills the process, as a crash does; a running invocation returns `exited`. */
  kill(): Promise<void>;
}

/** Creates a sandbox; its process starts with the first invocation. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { functionName, functionArn, timeoutMs, memorySizeMb, onOutput } = options;
  let running: ChildProcess | undefined;

  const start = (): ChildProcess => {
    const host = fork(
      fileURLToPath(new URL('sandbox-host.ts', import.meta.url)),
      [options.functionPath, options.handlerName],
      {
        env: { PATH: process.env['PATH'], ...reservedVariables(options), ...options.environment },
        // As AWS's own start script does.
        execArgv: ['--expose-gc'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    for (const stream of [host.stdout, host.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onOutput);
    }
    host.once('exit', () => {
      if (running === host) running = undefined;
    });
    return host;
  };

  const kill = async (): Promise<void> => {
    if (running === undefined) return;
    const closed = once(running, 'close');
    running.kill('SIGKILL');
    await closed;
  };

  const invoke = async (event: InvocationMessage['event']): Promise<InvocationResult> => {
    if (running === undefined) {
      running = start();
      const init = await nextMessage(running, initTimeoutMs);
      if (init.kind !== 'ready') {
        await kill();
        return init;
      }
    }
    const invocation: InvocationMessage = {
      event,
      awsRequestId: randomUUID(),
      functionName,
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memorySizeMb),
      deadlineMs: Date.now() + timeoutMs,
    };
    const replied = nextMessage(running, timeoutMs);
    // If the process is killed just now, sending fails, and its exit is the result.
    running.send(invocation, () => undefined);
    const result = await replied;
    switch (result.kind) {
      case 'ready':
        throw new TypeError('The host of a sandbox answered an invocation with "ready".');
      case 'timed-out':
        onOutput(`${invocation.awsRequestId} Task timed out after ${timeoutMs / 1000} seconds`);
        await kill();
        return result;
      case 'returned':
      case 'threw':
      case 'exited':
        return result;
    }
  };

  return { invoke, kill };
}

async function nextMessage(host: ChildProcess, waitMs: number): Promise<HostMessage | InvocationResult> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(host, 'message', { signal }).then(([message]) => hostMessage.parse(message)),
      once(host, 'exit', { signal }).then(() => ({ kind: 'exited' }) as const),
      delay(waitMs, { kind: 'timed-out' } as const, { signal }),
    ]);
  } finally {
    settled.abort();
  }
}

/** The variables that Lambda itself sets and that libraries rely on. */
function reservedVariables({
  functionName,
  handlerName,
  memorySizeMb,
}: SandboxOptions): Record<string, string> {
  return {
    _HANDLER: handlerName,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMb),
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    TZ: 'UTC',
  };
}
