import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { localTarget } from '../local-target.ts';
import type { TemplateEventSource, TemplateFunction } from '../template/resource-schemas.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { createQueueEventSourceMapping } from './queue-event-source-mapping.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { unpackFunction } from './unpack-function.ts';

/** A function of the local stack with its sandboxes and event sources. */
export interface LocalFunction {
  /** The function's environment, without the variables that Lambda itself sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Creates a sandbox that no event source mapping uses; it ends with the stack. */
  createSandbox(): Sandbox;
  /** Ends every sandbox at once, as a crash does. */
  killSandboxes(): Promise<void>;
  /** Starts the event source mappings; a second call does nothing. */
  startPolling(): void;
}

interface LocalFunctionOptions {
  packageDirectory: string;
  /** A module that runs instead of the packaged one; its handler must have the same name. */
  modulePath: string | undefined;
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  /** Batches of one event source that run at once, unless the template allows fewer. */
  concurrency: number;
  sqs: SQSClient;
  queueUrlOf: (queueArn: string) => string;
  onOutput: (line: string) => void;
}

/** Unpacks a packaged function and connects it to its event sources; `cleanup` ends both. */
export async function createLocalFunction(
  cleanup: AsyncDisposableStack,
  template: TemplateFunction,
  options: LocalFunctionOptions,
): Promise<LocalFunction> {
  const { packageDirectory, environment, timeoutSeconds, concurrency, sqs, queueUrlOf, onOutput } = options;
  const directory = await unpackFunction(path.join(packageDirectory, template.zipName));
  cleanup.defer(() => rm(directory, { recursive: true }));
  const sandboxes: Sandbox[] = [];
  const killSandboxes = async (): Promise<void> => {
    await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
  };
  cleanup.defer(killSandboxes);
  const createFunctionSandbox = (): Sandbox => {
    const sandbox = createSandbox({
      functionName: template.name,
      functionArn: template.arn,
      functionPath: options.modulePath ?? path.join(directory, template.moduleName),
      handlerName: template.handlerName,
      environment,
      timeoutMs: 1000 * timeoutSeconds,
      memorySizeMb: template.memorySizeMb,
      onOutput,
    });
    sandboxes.push(sandbox);
    return sandbox;
  };

  const createMapping = (source: TemplateEventSource): EventSourceMapping =>
    createQueueEventSourceMapping({
      sqs,
      queueUrl: queueUrlOf(source.arn),
      queueArn: source.arn,
      region: localTarget.region,
      batchSize: source.batchSize,
      reportBatchItemFailures: source.reportBatchItemFailures,
      sandboxes: Array.from(
        { length: Math.min(concurrency, source.maximumConcurrency) },
        createFunctionSandbox,
      ),
      onOutput,
    });
  const mappings = template.eventSources.map(createMapping);
  cleanup.defer(() => {
    for (const mapping of mappings) mapping.stop();
  });
  return {
    environment,
    createSandbox: createFunctionSandbox,
    killSandboxes,
    startPolling: () => {
      for (const mapping of mappings) mapping.start();
    },
  };
}
