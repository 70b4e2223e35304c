import * as z from 'zod';
import { CommandError } from '../terminal/command-error.ts';
import { nameOfLocation, type AwsLocation } from './aws-location.ts';
import type { ExplainedProfile } from './missing-credentials.ts';

/** A request to AWS that failed. */
type AwsRequest = {
  /** Such as `DynamoDB`. */
  readonly service: string;
  /** Such as `Query`. */
  readonly operation: string;
  readonly input: object;
  readonly location: AwsLocation;
  /** The profile that should have given credentials. */
  readonly profile: ExplainedProfile | undefined;
  /** Host and port of the proxy for TLS. */
  readonly proxyHost: string | undefined;
};

const awsError = z.object({
  name: z.string(),
  message: z.string(),
  /** Only in errors of the network and of TLS, such as `ECONNREFUSED`. */
  code: z.string().optional(),
  hostname: z.string().optional(),
  /** Only in errors that a service answered; such an error also has every other field of the answer. */
  $fault: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

type AwsError = z.infer<typeof awsError>;

const resources = z.object({
  TableName: z.string().optional(),
  /** Of a BatchGetItem, by table name; the command asks one table at a time. */
  RequestItems: z.record(z.string(), z.unknown()).default({}),
  IndexName: z.string().optional(),
  QueueName: z.string().optional(),
  QueueUrl: z.string().optional(),
  TopicArn: z.string().optional(),
  Bucket: z.string().optional(),
});

type Explanation = { readonly code: string; readonly sentence: string };

/**
 * Turns an error of the AWS SDK that a person can correct into a CommandError; returns every other error
 * unchanged.
 */
export function explainAwsError(error: unknown, request: AwsRequest): unknown {
  const known = awsError.safeParse(error).data;
  if (known === undefined) return error;
  const explanation =
    explainCredentials(known, request) ??
    explainResource(known, request) ??
    explainConnection(known, request);
  return explanation === undefined
    ? error
    : new CommandError(explanation.code, explanation.sentence, { cause: error });
}

function explainCredentials({ name, message }: AwsError, request: AwsRequest): Explanation | undefined {
  const { service, operation, location, profile } = request;
  switch (name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError': {
      const missing =
        profile === undefined
          ? 'There are no AWS credentials'
          : `The profile ${profile.name} gives no AWS credentials`;
      const cause = (profile?.cause ?? message).trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '');
      return {
        code: 'NO_CREDENTIALS',
        sentence: `${missing} (${cause}). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with --profile, or log in with: aws sso login`,
      };
    }
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return { code: 'EXPIRED_CREDENTIALS', sentence: 'The AWS credentials have expired; log in again.' };
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return { code: 'UNKNOWN_CREDENTIALS', sentence: `AWS does not accept these credentials: ${message}` };
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'AuthorizationErrorException':
      return {
        code: 'NOT_ALLOWED',
        sentence: `These AWS credentials do not allow ${operation} of ${service} in ${location.region}: ${message}`,
      };
    default:
      return undefined;
  }
}

function explainResource({ name, message }: AwsError, request: AwsRequest): Explanation | undefined {
  const { TableName, RequestItems, IndexName, QueueName, QueueUrl, TopicArn, Bucket } = resources.parse(
    request.input,
  );
  const [tableName = TableName] = Object.keys(RequestItems);
  const place = nameOfLocation(request.location);
  switch (name) {
    case 'ResourceNotFoundException': {
      if (tableName === undefined) return undefined;
      // An option names another table of readings only.
      const isOfStage = /-(usage|visits|lists|webhooks)$/.test(tableName);
      const options = isOfStage ? '--stage and --region' : '--stage, --table and --region';
      return { code: 'NO_TABLE', sentence: `There is no table ${tableName} in ${place}. Check ${options}.` };
    }
    case 'ValidationException':
      if (tableName === undefined || IndexName === undefined) return undefined;
      return {
        code: 'NO_INDEX',
        sentence: `DynamoDB cannot search the index ${IndexName} of the table ${tableName}: ${message}. If the index does not exist, deploy the stack again to add it.`,
      };
    case 'QueueDoesNotExist':
      return {
        code: 'NO_QUEUE',
        sentence: `There is no queue ${QueueName ?? QueueUrl ?? ''} in ${place}. Check --stage and --region.`,
      };
    case 'NotFoundException':
      if (TopicArn === undefined) return undefined;
      return {
        code: 'NO_TOPIC',
        sentence: `There is no topic ${TopicArn} in ${place}. Check --stage and --region; events=false leaves it out.`,
      };
    case 'NoSuchBucket':
      return { code: 'NO_BUCKET', sentence: `There is no bucket ${Bucket ?? ''} in ${place}.` };
    default:
      return undefined;
  }
}

function explainConnection(error: AwsError, request: AwsRequest): Explanation | undefined {
  const { service, operation, location, proxyHost } = request;
  const { endpointUrl } = location;
  const { name, message, code, hostname, $fault: fault } = error;
  const httpStatusCode = error.$metadata?.httpStatusCode;
  const place = nameOfLocation(location);
  const address = endpointUrl ?? hostname ?? `${service} in ${location.region}`;
  switch (name) {
    case 'ProvisionedThroughputExceededException':
    case 'RequestLimitExceeded':
    case 'RequestThrottled':
    case 'ThrottlingException':
      return { code: 'BUSY', sentence: `${service} in ${place} is throttling requests: ${message}` };
  }
  // The answer to a HEAD request has no body, so the SDK does not know the name.
  if (name === 'Unknown' && httpStatusCode === 403) {
    return {
      code: 'NOT_ALLOWED',
      sentence: `These AWS credentials do not allow ${operation} of ${service} in ${location.region}.`,
    };
  }
  // Also if the answer began and the connection then broke.
  if (fault === undefined && (name === 'TimeoutError' || code !== undefined)) {
    return explainNetwork(code ?? name, address, endpointUrl === undefined ? proxyHost : undefined);
  }
  // The SDK's parsers of JSON and XML throw these, with the text they parsed in the message.
  if (httpStatusCode !== undefined && (name === 'SyntaxError' || name === 'Error')) {
    return { code: 'NOT_AWS', sentence: `The server at ${address} is not AWS; is there a proxy?` };
  }
  if (httpStatusCode !== undefined && httpStatusCode >= 500) {
    return {
      code: 'BUSY',
      sentence: `${service} in ${place} is not available at the moment (${name}, status ${httpStatusCode}).`,
    };
  }
  return undefined;
}

/** OpenSSL's and Node's codes for a certificate that is not accepted. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** An error of the network or of TLS; `code` is such as `ECONNREFUSED`. */
function explainNetwork(code: string, address: string, proxyHost: string | undefined): Explanation {
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return {
      code: 'NO_TLS',
      sentence: `The server at ${address} does not speak TLS (${code}). Does its address begin with http:// instead of https://?`,
    };
  }
  if (certificateCode.test(code)) {
    return {
      code: 'CERTIFICATE',
      sentence: `The certificate of the server at ${address} is not accepted (${code}). If a proxy opens TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate.`,
    };
  }
  const through = proxyHost === undefined ? '' : ` through the proxy ${proxyHost} of HTTPS_PROXY`;
  return { code: 'UNREACHABLE', sentence: `Nothing answers at ${address}${through} (${code}).` };
}
