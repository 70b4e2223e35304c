import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { explainAwsError } from './aws-errors.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { awsLocationOf, type Client } from './aws-location.ts';

/** Where AWS is; credentials come the SDK's way. */
type Connection = Pick<GlobalOptions, 'region' | 'profile' | 'endpointUrl'>;

/** Every client throws a CommandError for what a person can put right, and other errors as the SDK has them. */
export function createDynamoDBClient(connection: Connection): DynamoDBClient {
  const client = new DynamoDBClient(configurationOf(connection));
  client.middlewareStack.add(explainTrouble('DynamoDB', client, connection));
  return client;
}

export function createS3Client(connection: Connection): S3Client {
  const client = new S3Client({
    ...configurationOf(connection),
    // A bucket of one's own may lie in another region than the stack.
    followRegionRedirects: true,
  });
  client.middlewareStack.add((next) => async (args) => {
    // Other addresses than Amazon's rarely have a name for each bucket.
    client.config.forcePathStyle = (await awsLocationOf(client, connection)).endpointUrl !== undefined;
    return await next(args);
  });
  client.middlewareStack.add(explainTrouble('S3', client, connection));
  return client;
}

export function createSqsClient(connection: Connection): SQSClient {
  const client = new SQSClient({ ...configurationOf(connection), useQueueUrlAsEndpoint: false });
  client.middlewareStack.add(explainTrouble('SQS', client, connection));
  return client;
}

export function createSsmClient(connection: Connection): SSMClient {
  const client = new SSMClient(configurationOf(connection));
  client.middlewareStack.add(explainTrouble('Systems Manager', client, connection));
  return client;
}

function configurationOf({ region, profile, endpointUrl }: Connection) {
  // Found out once: the SDK asks before each request.
  const found = region === undefined ? usualRegion(profile) : Promise.resolve(region);
  return {
    region: () => found,
    ...(profile !== undefined && { profile }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  };
}

/** The region that environment or profile name, as the AWS CLI has it; the SDK rejects, without a code, where neither does. */
async function usualRegion(profile: string | undefined): Promise<string> {
  // The SDK knows the first one alone.
  const named = [process.env['AWS_REGION'], process.env['AWS_DEFAULT_REGION']].find(Boolean);
  if (named !== undefined) return named;
  try {
    return await new SSMClient(profile === undefined ? {} : { profile }).config.region();
  } catch {
    return 'ap-northeast-2';
  }
}

type Handler<Arguments, Output> = (args: Arguments) => Promise<Output>;

/** An SDK middleware around everything that a client does for one command, retries included. */
function explainTrouble(service: string, client: Client, connection: Connection) {
  return <Arguments extends { input: object }, Output>(
      next: Handler<Arguments, Output>,
      { commandName = '' }: { commandName?: string },
    ): Handler<Arguments, Output> =>
    async (args) => {
      const place = await awsLocationOf(client, connection);
      try {
        return await next(args);
      } catch (error) {
        throw explainAwsError(error, {
          service,
          operation: commandName.replace(/Command$/, ''),
          input: args.input,
          place,
          profile: connection.profile,
        });
      }
    };
}
