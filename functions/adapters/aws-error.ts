import * as z from 'zod/mini';
import { OutsideError } from '../core/record/reason.ts';

const awsError = z.object({
  // A service chooses it, and could choose what it was sent; AWS's own have letters only.
  name: z.string().check(z.regex(/^[A-Za-z]{1,80}$/)),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
});

/**
 * An error of the AWS SDK as ours, code e.g. `DYNAMODB_THROTTLINGEXCEPTION`. The SDK's own text is left out: where a reply is torn,
 * it quotes the reply, and a reply of SSM holds the secret.
 */
export function fromAwsError(system: 'S3' | 'SSM' | 'DynamoDB' | 'SQS', error: unknown): OutsideError {
  if (error instanceof OutsideError) return error;
  const known = awsError.safeParse(error).data;
  const name = known?.name ?? 'UnknownError';
  const status = known?.$metadata?.httpStatusCode;
  const numbers = status === undefined ? '' : ` (HTTP ${status})`;
  return new OutsideError(
    `${system.toUpperCase()}_${name.toUpperCase()}`,
    `${system} did not do what was asked: ${name}${numbers}.`,
    error,
  );
}
