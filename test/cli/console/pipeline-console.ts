import { createDynamoDBClient, createS3Client, createSqsClient } from '../../../cli/aws/clients.ts';
import { resourcesOf } from '../../../cli/aws/resources.ts';
import { startConsole, type RunningConsole } from '../../../cli/console/start-console.ts';
import type { LocalStack } from '../../../infra/local/stack.ts';

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
      stage: 'local',
      writer,
      bucket: writer === undefined ? undefined : stack.bucket,
      ...resourcesOf({ stage: 'local' }),
    },
    port: 0,
    onBug: (error) => bugs.push(error),
  });
}
