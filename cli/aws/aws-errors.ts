import * as z from 'zod';
import { CommandError } from '../terminal/command-error.ts';
import { nameOfLocation, type AwsLocation } from './aws-location.ts';

/** What was asked of AWS when the trouble came. */
type Request = {
  /** Such as `DynamoDB`. */
  readonly service: string;
  /** Such as `Query`. */
  readonly operation: string;
  readonly input: object;
  readonly place: AwsLocation;
  readonly profile: string | undefined;
};

const awsError = z.object({
  name: z.string(),
  message: z.string(),
  /** Of an error of network or TLS. */
  code: z.string().optional(),
  hostname: z.string().optional(),
  /** Of what a service has answered; such an error has whatever fields the answer had. */
  $fault: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

const resources = z.object({
  TableName: z.string().optional(),
  /** Of a BatchGetItem: by the names of tables, and this command asks one at a time. */
  RequestItems: z.record(z.string(), z.unknown()).default({}),
  IndexName: z.string().optional(),
  QueueName: z.string().optional(),
  QueueUrl: z.string().optional(),
  Bucket: z.string().optional(),
});

/** An error of the AWS SDK that a person can put right, in a sentence; every other error as it is. */
export function explainAwsError(error: unknown, request: Request): unknown {
  const known = awsError.safeParse(error).data;
  if (known === undefined) return error;
  const { service, operation, profile } = request;
  const { region, endpointUrl } = request.place;
  const { TableName, RequestItems, IndexName, QueueName, QueueUrl, Bucket } = resources.parse(request.input);
  const [tableName = TableName] = Object.keys(RequestItems);
  const place = nameOfLocation(request.place);
  const explained = (code: string, sentence: string) => new CommandError(code, sentence, { cause: error });

  switch (known.name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return explained(
        'NO_CREDENTIALS',
        `${profile === undefined ? 'There are no AWS credentials' : `The profile ${profile} gives no AWS credentials`} (${known.message.replace(/\.$/, '')}). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with --profile, or log in with: aws sso login`,
      );
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return explained('EXPIRED_CREDENTIALS', 'The AWS credentials have expired; log in again.');
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return explained('UNKNOWN_CREDENTIALS', `AWS does not accept these credentials: ${known.message}`);
    case 'AccessDenied':
    case 'AccessDeniedException':
      return explained(
        'NOT_ALLOWED',
        `These AWS credentials do not allow ${operation} of ${service} in ${region}: ${known.message}`,
      );
    case 'ProvisionedThroughputExceededException':
    case 'RequestLimitExceeded':
    case 'RequestThrottled':
    case 'ThrottlingException':
      return explained('BUSY', `${service} in ${place} is asked too much at the moment: ${known.message}`);
    case 'ResourceNotFoundException':
      if (tableName === undefined) return error;
      return explained(
        'NO_TABLE',
        // No option names another table of usage.
        `There is no table ${tableName} in ${place}; --stage names another stage,${tableName.endsWith('-usage') ? '' : ' --table another table of readings,'} --region another region.`,
      );
    case 'ValidationException':
      if (tableName === undefined || IndexName === undefined) return error;
      return explained(
        'NO_INDEX',
        `DynamoDB does not search the index ${IndexName} of the table ${tableName}: ${known.message}. If the table has no such index, deploy the stack again: that adds it.`,
      );
    case 'QueueDoesNotExist':
      return explained(
        'NO_QUEUE',
        `There is no queue ${QueueName ?? QueueUrl ?? ''} in ${place}; --stage names another stage, --region another region.`,
      );
    case 'NoSuchBucket':
      return explained('NO_BUCKET', `There is no bucket ${Bucket ?? ''} in ${place}.`);
  }
  const httpStatusCode = known.$metadata?.httpStatusCode;
  // The reply to a HEAD request has no body that could say more.
  if (known.name === 'Unknown' && httpStatusCode === 403) {
    return explained(
      'NOT_ALLOWED',
      `These AWS credentials do not allow ${operation} of ${service} in ${region}.`,
    );
  }
  const address = endpointUrl ?? known.hostname ?? `${service} in ${region}`;
  // Codes such as ECONNREFUSED are those of the network and of TLS, also where a reply had begun and then broke off.
  if (known.$fault === undefined && (known.name === 'TimeoutError' || known.code !== undefined)) {
    return explained('UNREACHABLE', `Nothing answers at ${address} (${known.code ?? known.name}).`);
  }
  // Those that the SDK's parsers of JSON and XML throw quote what they parsed.
  if (httpStatusCode !== undefined && (known.name === 'SyntaxError' || known.name === 'Error')) {
    return explained('NOT_AWS', `What answers at ${address} is not AWS; is there a proxy?`);
  }
  if (httpStatusCode !== undefined && httpStatusCode >= 500) {
    return explained(
      'BUSY',
      `${service} in ${place} does not work at the moment (${known.name}, status ${httpStatusCode}).`,
    );
  }
  return error;
}
