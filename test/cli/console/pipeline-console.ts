import assert from 'node:assert/strict';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../../cli/aws/clients.ts';
import { resourcesOf } from '../../../cli/aws/resources.ts';
import { startConsole, type RunningConsole } from '../../../cli/console/start-console.ts';
import type { LocalStack } from '../../../infra/local/stack.ts';
import { signIn, type RawClient } from './raw-client.ts';

/** Starts a console on a local stack; errors that no sentence explains go to `bugs`. */
export function startConsoleOn(
  stack: LocalStack,
  { writer, bugs }: { readonly writer: string | undefined; readonly bugs: unknown[] },
): Promise<RunningConsole> {
  const { region, credentials } = stack.s3.clientConfiguration;
  const connection = { endpointUrl: stack.gateway.url, region, credentials };
  return startConsole({
    source: {
      dynamodb: createDynamoDBClient(connection),
      s3: createS3Client(connection),
      sqs: createSqsClient(connection),
      ssm: createSsmClient(connection),
      stage: 'local',
      writer,
      bucket: writer === undefined ? undefined : stack.bucket,
      ...resourcesOf({ stage: 'local' }),
    },
    port: 0,
    onBug: (error) => bugs.push(error),
  });
}

/** The consoles of a person who only reads and of one who may write, on one local stack. */
export type ReaderAndWriter = {
  readonly reader: RawClient;
  readonly writer: RawClient;
  /** Ends both; fails if one had an error that no sentence explains. */
  readonly close: () => Promise<void>;
};

/** Starts both consoles and signs in. */
export async function startReaderAndWriter(stack: LocalStack): Promise<ReaderAndWriter> {
  const bugs: unknown[] = [];
  const consoles = await Promise.all(
    [undefined, 'kim'].map((writer) => startConsoleOn(stack, { writer, bugs })),
  );
  const [reader = assert.fail(), writer = assert.fail()] = await Promise.all(consoles.map(signIn));
  const close = async () => {
    await Promise.all(consoles.map((running) => running.close()));
    assert.deepEqual(bugs, []);
  };
  return { reader, writer, close };
}
