import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { awsRuntimeClientDirectory } from './bench-packages.ts';
import { processorTimeMs } from './processor-time.ts';
import { startRuntimeApi } from './runtime-api.ts';

const awsClient = fileURLToPath(new URL('index.mjs', awsRuntimeClientDirectory));
const awsClientPackage = new URL('package.json', awsRuntimeClientDirectory);
const ownClient = fileURLToPath(new URL('runtime-client.mjs', import.meta.url));

const packageFile = z.object({ version: z.string() });

const functionName = 'plateline-local-read-plate';
const functionArn = `arn:aws:lambda:ap-northeast-2:000000000000:function:${functionName}`;
const timeoutMs = 60_000;

/** Part of the response of a function that returns messages of its batch to the queue. */
const failedMessages = '"batchItemFailures":[{';

/** The name, for the report, of the runtime API's client that runs the functions here. */
export function describeRuntimeClient(): string {
  if (!isAwsClientBuilt()) return "the bench's own runtime client";
  return `aws-lambda-ric ${packageFile.parse(JSON.parse(readFileSync(awsClientPackage, 'utf8'))).version}`;
}

/** False where npm could not build the native code of AWS's client, which needs g++ and cmake. */
export function isAwsClientBuilt(): boolean {
  return existsSync(awsClient);
}

/** The time since the start of the process, and the processor time that it had used by then. */
type Reading = { readonly elapsedMs: number; readonly processorMs: number };

/**
 * One start: the readings when the function asked for its first event, and when it had answered that event.
 */
export type ColdStart = { readonly firstNext: Reading; readonly firstResponse: Reading };

/**
 * Starts a function in its own process as Lambda does, sends it one event, and ends it. `launcher` is a
 * command that starts Node, such as one that holds it on one processor. Throws if the function fails.
 */
export async function startCold(
  modulePath: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
): Promise<ColdStart> {
  const api = await startRuntimeApi(event, { functionArn, timeoutMs }, () => ({
    elapsedMs: performance.now() - spawnedAtMs,
    processorMs: (child.pid === undefined ? undefined : processorTimeMs(child.pid)) ?? NaN,
  }));
  const spawnedAtMs = performance.now();
  const child = spawnFunction(modulePath, api.address, environment, launcher);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close');
  try {
    const end = await Promise.race([api.ended, closed.then(() => undefined)]);
    if (end?.kind !== 'response' || end.body.includes(failedMessages)) {
      child.kill('SIGKILL');
      throw new Error(`${modulePath} failed: ${end?.body ?? 'it exited'}\n${(await output).join('\n')}`);
    }
    return { firstNext: await api.firstNext, firstResponse: end.reading };
  } finally {
    child.kill('SIGKILL');
    await closed;
    await api.stop();
  }
}

function spawnFunction(
  modulePath: string,
  runtimeApiAddress: string,
  environment: Readonly<Record<string, string>>,
  launcher: readonly string[],
) {
  const { dir: taskRoot, name: moduleName } = path.parse(modulePath);
  const clientArguments = isAwsClientBuilt() ? [awsClient] : [ownClient, modulePath, 'handler'];
  const [program = process.execPath, ...programArguments] = [
    ...launcher,
    process.execPath,
    ...clientArguments,
  ];
  return spawn(program, programArguments, {
    cwd: taskRoot,
    env: {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      ...environment,
      _HANDLER: `${moduleName}.handler`,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_RUNTIME_API: runtimeApiAddress,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
}
