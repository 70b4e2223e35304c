import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/** The name that AWS has for the owner of the credentials; every identity may ask for its own. */
export async function readCallerName(sts: STSClient): Promise<string> {
  const { Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand());
  return callerNameOf(arn);
}

/**
 * The last part of an identity's ARN: a user's name, a session's name (with IAM Identity Center that of the
 * user), or `root`.
 */
export function callerNameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}
