import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { awsRuntimeClientDirectory } from './bench-packages.ts';
import { startRuntimeApi } from './runtime-api.ts';

const awsClient = fileURLToPath(new URL('index.mjs', awsRuntimeClientDirectory));
const awsClientPackage = new URL('package.json', awsRuntimeClientDirectory);
const ownClient = fileURLToPath(new URL('runtime-client.mjs', import.meta.url));

const packageFile = z.object({ version: z.string() });

const functionName = 'plateline-local-read-plate';
const functionArn = `arn:aws:lambda:ap-northeast-2:000000000000:function:${functionName}`;
const timeoutMs = 60_000;

/** The response of a function that gives messages of its batch back. */
const failedMessages = '"batchItemFailures":[{';

/** The client of the runtime API that runs the functions here, as a report names it. */
export function describeRuntimeClient(): string {
  if (!isAwsClientBuilt()) return "the bench's own runtime client";
  return `aws-lambda-ric ${packageFile.parse(JSON.parse(readFileSync(awsClientPackage, 'utf8'))).version}`;
}

/** It is native code, which npm cannot build without g++ and cmake. */
export function isAwsClientBuilt(): boolean {
  return existsSync(awsClient);
}

/** Milliseconds from the start of the process. */
export type ColdStart = { readonly untilFirstNextMs: number; readonly untilFirstResponseMs: number };

/** Starts a function in a process of its own as Lambda does, has it handle one event, and ends it. Throws if it fails. */
export async function startCold(
  modulePath: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<ColdStart> {
  const { dir: taskRoot, name: moduleName } = path.parse(modulePath);
  const api = await startRuntimeApi(event, { functionArn, timeoutMs });
  const programArguments = isAwsClientBuilt() ? [awsClient] : [ownClient, modulePath, 'handler'];
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, programArguments, {
    cwd: taskRoot,
    env: {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      ...environment,
      _HANDLER: `${moduleName}.handler`,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_RUNTIME_API: api.address,
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
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close');
  try {
    const end = await Promise.race([api.ended, closed.then(() => undefined)]);
    if (end?.kind !== 'response' || end.body.includes(failedMessages)) {
      child.kill('SIGKILL');
      throw new Error(`${modulePath} failed: ${end?.body ?? 'it exited'}\n${(await output).join('\n')}`);
    }
    return {
      untilFirstNextMs: (await api.firstNextAtMs) - startedAtMs,
      untilFirstResponseMs: end.atMs - startedAtMs,
    };
  } finally {
    child.kill('SIGKILL');
    await closed;
    await api.stop();
  }
}
