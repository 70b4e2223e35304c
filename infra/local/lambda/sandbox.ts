import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hostMessage, type HostMessage, type InvocationMessage } from './sandbox-protocol.ts';

/** Lambda gives a function ten seconds to load; a developer's machine that is busy with something else may need longer. */
const initTimeoutMs = 60_000;

/** The function as it is deployed, and where its code lies on this machine. */
export interface SandboxOptions {
  functionName: string;
  functionArn: string;
  /** The module that is loaded, and its export that Lambda calls. */
  functionPath: string;
  handlerName: string;
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
  memorySizeMb: number;
  /** Receives each line that the function writes, and a line for each sandbox that is killed. */
  onOutput: (line: string) => void;
}

/** How an invocation ended; whatever is not `returned` is a function error to Lambda. */
type InvocationResult =
  | { kind: 'returned'; json: string }
  | { kind: 'threw'; error: string }
  | { kind: 'timed-out' }
  | { kind: 'exited' };

/** One execution environment of a function: a process of its own that serves one invocation at a time. */
export interface Sandbox {
  /** Starts the process if there is none, then runs one invocation; after a time-out or an exit the next one starts afresh. */
  invoke(event: InvocationMessage['event']): Promise<InvocationResult>;
  /** Ends the process at once, as a crash does; a running invocation counts as `exited`. */
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
        // As AWS's own start script has it.
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
    // A process that is killed just now can no longer be told; its exit, which is awaited, says so.
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

/** The variables that Lambda itself sets and on which libraries rely. */
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
