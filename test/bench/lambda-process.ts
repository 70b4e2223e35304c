import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** A function and its process. */
export type LambdaProcessOptions = {
  readonly functionPath: string;
  readonly handlerName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  /** Arguments of Node before the script. */
  readonly nodeArguments: readonly string[];
  /** A command that starts Node, such as one that holds it on one processor. */
  readonly launcher?: readonly string[];
};

const ended = z.object({
  kind: z.literal('ended'),
  response: z.unknown(),
  durationMs: z.number(),
  /** Resident set size after the invocation. */
  rssBytes: z.number(),
  /** The largest resident set size since the process started. */
  peakRssBytes: z.number(),
});

const collected = z.object({ kind: z.literal('collected'), liveBytes: z.number() });

const timeoutMs = 60_000;

/**
 * Node's arguments as AWS's start script of its Node runtimes derives them from the memory size: a tenth of
 * it is for new objects, in two halves.
 */
export function lambdaNodeArguments(memorySizeMb: number): readonly string[] {
  const newSpaceMb = Math.floor(memorySizeMb / 10);
  return [
    '--expose-gc',
    '--max-http-header-size',
    '81920',
    `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
    `--max-old-space-size=${memorySizeMb - newSpaceMb}`,
  ];
}

/** Loads a function into a process that holds nothing else, so that all its memory is the function's. */
export async function startLambdaProcess(options: LambdaProcessOptions) {
  const { functionPath, handlerName, environment, memorySizeMb, nodeArguments } = options;
  const [program, ...programArguments] = [...(options.launcher ?? []), process.execPath];
  const lambda = fork(
    fileURLToPath(new URL('lambda-process-host.mjs', import.meta.url)),
    [functionPath, handlerName],
    {
      env: {
        PATH: process.env['PATH'],
        AWS_LAMBDA_FUNCTION_NAME: 'bench',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMb),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        TZ: 'UTC',
        ...environment,
      },
      execPath: program,
      execArgv: [...programArguments, ...nodeArguments],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const nextMessage = async (): Promise<unknown> => {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      return await Promise.race([
        once(lambda, 'message', { signal }).then(([message]: unknown[]) => message),
        once(lambda, 'exit', { signal }).then(([status]: unknown[]) => {
          throw new Error(`The process of the function ended with status ${String(status)}.`);
        }),
      ]);
    } finally {
      settled.abort();
    }
  };
  z.object({ kind: z.literal('ready') }).parse(await nextMessage());

  return {
    processId: lambda.pid,
    /** Invokes the function; one invocation at a time. */
    async invoke(event: object): Promise<z.infer<typeof ended>> {
      const message = nextMessage();
      lambda.send({ kind: 'invoke', event, timeoutMs });
      return ended.parse(await message);
    },
    /**
     * Collects garbage and returns the bytes still in use, in the heap and outside it. Needs Node's
     * `--expose-gc`.
     */
    async collectGarbage(): Promise<number> {
      const message = nextMessage();
      lambda.send({ kind: 'collect' });
      return collected.parse(await message).liveBytes;
    },
    async stop(): Promise<void> {
      const exited = once(lambda, 'exit');
      lambda.disconnect();
      await exited;
    },
  };
}
