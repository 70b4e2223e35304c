import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/** Who owns the credentials; every identity may ask for its own. */
export async function readCaller(
  sts: STSClient,
): Promise<{ readonly name: string; readonly accountId: string; readonly partition: string }> {
  const { Arn: arn = '', Account: accountId = '' } = await sts.send(new GetCallerIdentityCommand());
  const [, partition = ''] = arn.split(':');
  return { name: callerNameOf(arn), accountId, partition };
}

/**
 * The last part of an identity's ARN: a user's name, a session's name (with IAM Identity Center that of the
 * user), or `root`.
 */
export function callerNameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}
