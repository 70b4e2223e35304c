import * as z from 'zod/mini';
import { OutsideError } from '../core/record/reason.ts';

const awsError = z.object({
  // The service chooses the name, and could echo a request in it; the names of AWS have letters only.
  name: z.string().check(z.regex(/^[A-Za-z]{1,80}$/)),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
});

/**
 * Converts an error of the AWS SDK to an OutsideError with a code such as `DYNAMODB_THROTTLINGEXCEPTION`. The
 * SDK's text is omitted: for a torn reply it quotes the reply, and a reply of SSM contains the secret.
 */
export function fromAwsError(
  system: 'S3' | 'SSM' | 'DynamoDB' | 'SQS' | 'SNS',
  error: unknown,
): OutsideError {
  if (error instanceof OutsideError) return error;
  const known = awsError.safeParse(error).data;
  const name = known?.name ?? 'UnknownError';
  const status = known?.$metadata?.httpStatusCode;
  const numbers = status === undefined ? '' : ` (HTTP ${status})`;
  return new OutsideError(
    `${system.toUpperCase()}_${name.toUpperCase()}`,
    `A request to ${system} failed: ${name}${numbers}.`,
    error,
  );
}
