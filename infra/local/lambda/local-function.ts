import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { TableStream } from '../aws/table-stream.ts';
import { localTarget } from '../local-target.ts';
import type { TemplateEventSource, TemplateFunction } from '../template/resource-schemas.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { createQueueEventSourceMapping } from './queue-event-source-mapping.ts';
import { createStreamEventSourceMapping } from './stream-event-source-mapping.ts';
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
  /** The stream of the readings; undefined where no function follows it. */
  stream: TableStream | undefined;
  onOutput: (line: string) => void;
}

/** More than one, so that records of different items can change places, as they can on AWS. */
const localShards = 2;

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

  const createSandboxes = (length: number) => Array.from({ length }, createFunctionSandbox);
  const createMapping = (source: TemplateEventSource): EventSourceMapping[] => {
    const { region } = localTarget;
    switch (source.kind) {
      case 'queue':
        return [
          createQueueEventSourceMapping({
            ...source,
            ...{ sqs, region, onOutput },
            queueUrl: queueUrlOf(source.arn),
            queueArn: source.arn,
            sandboxes: createSandboxes(Math.min(concurrency, source.maximumConcurrency)),
          }),
        ];
      case 'stream':
        if (options.stream === undefined) return [];
        return [
          createStreamEventSourceMapping({
            ...source,
            ...{ sqs, region, onOutput, stream: options.stream },
            streamArn: source.arn,
            failureQueueUrl: queueUrlOf(source.failureQueueArn),
            sandboxes: createSandboxes(localShards),
          }),
        ];
    }
  };
  const mappings = template.eventSources.flatMap(createMapping);
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
