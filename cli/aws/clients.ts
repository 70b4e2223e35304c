import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import type { GlobalOptions } from '../options/global-options.ts';
import { explainAwsError } from './aws-errors.ts';
import { explainProfile, isMissingCredentials } from './missing-credentials.ts';
import { createAgents, proxyHostOf } from './proxy.ts';
import { awsLocationOf, type Client } from './aws-location.ts';

/** The options that say where AWS is and whose credentials apply. */
type Connection = Pick<GlobalOptions, 'region' | 'profile' | 'endpointUrl'> & {
  /** Instead of those that the SDK finds. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/**
 * Like the clients below, it throws a CommandError for an error that a person can correct, and other errors
 * unchanged.
 */
export function createDynamoDBClient(connection: Connection): DynamoDBClient {
  const client = new DynamoDBClient(configurationOf(connection));
  // It copies every item for a log that nobody reads, a fifth of the processor time of a search.
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.add(explainErrors('DynamoDB', client, connection));
  return client;
}

export function createS3Client(connection: Connection): S3Client {
  const client = new S3Client({
    ...configurationOf(connection),
    // The bucket may be in another region than the stack.
    followRegionRedirects: true,
  });
  client.middlewareStack.add((next) => async (args) => {
    // Servers other than Amazon's rarely have a host name for each bucket.
    client.config.forcePathStyle = (await awsLocationOf(client, connection)).endpointUrl !== undefined;
    return await next(args);
  });
  client.middlewareStack.add(explainErrors('S3', client, connection));
  return client;
}

export function createSnsClient(connection: Connection): SNSClient {
  const client = new SNSClient(configurationOf(connection));
  client.middlewareStack.add(explainErrors('SNS', client, connection));
  return client;
}

export function createSqsClient(connection: Connection): SQSClient {
  const client = new SQSClient({ ...configurationOf(connection), useQueueUrlAsEndpoint: false });
  client.middlewareStack.add(explainErrors('SQS', client, connection));
  return client;
}

export function createSsmClient(connection: Connection): SSMClient {
  const client = new SSMClient(configurationOf(connection));
  client.middlewareStack.add(explainErrors('Systems Manager', client, connection));
  return client;
}

export function createStsClient(connection: Connection): STSClient {
  const client = new STSClient(configurationOf(connection));
  client.middlewareStack.add(explainErrors('STS', client, connection));
  return client;
}

/** What every client of AWS in this project starts with. */
export function configurationOf({ region, profile, endpointUrl, credentials }: Connection) {
  // Resolved once, because the SDK asks before each request.
  const resolved = region === undefined ? defaultRegion(profile) : Promise.resolve(region);
  return {
    region: () => resolved,
    ...(credentials === undefined ? credentialsOf(profile) : { credentials }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      ...createAgents(process.env),
    },
  };
}

/**
 * As in the AWS CLI: `--profile` first, then the keys in the environment, then AWS_PROFILE. Where it has both
 * keys and a profile, the SDK prefers the profile, and warns.
 */
function credentialsOf(profile: string | undefined) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) return profile === undefined ? {} : { profile };
  if (profile !== undefined) return { credentials: fromIni({ profile }) };
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } };
}

/** The region of the environment or of the profile, as in the AWS CLI, else Seoul. */
async function defaultRegion(profile: string | undefined): Promise<string> {
  // The SDK reads only the first one.
  const named = [process.env['AWS_REGION'], process.env['AWS_DEFAULT_REGION']].find(Boolean);
  if (named !== undefined) return named;
  try {
    return await new SSMClient(profile === undefined ? {} : { profile }).config.region();
  } catch {
    // The SDK rejects, without a code, if neither names a region.
    return 'ap-northeast-2';
  }
}

type Handler<Arguments, Output> = (args: Arguments) => Promise<Output>;

/** An SDK middleware around a whole command of a client, with its retries. */
export function explainErrors(service: string, client: Client, connection: Connection) {
  return <Arguments extends { input: object }, Output>(
      next: Handler<Arguments, Output>,
      { commandName = '' }: { commandName?: string },
    ): Handler<Arguments, Output> =>
    async (args) => {
      const location = await awsLocationOf(client, connection);
      try {
        return await next(args);
      } catch (error) {
        throw explainAwsError(error, {
          service,
          operation: commandName.replace(/Command$/, ''),
          input: args.input,
          location,
          profile: isMissingCredentials(error) ? await explainProfile(connection.profile) : undefined,
          proxyHost: proxyHostOf(process.env, location.region),
        });
      }
    };
}
