import { fromIni } from '@aws-sdk/credential-provider-ini';
import * as z from 'zod/mini';

/** A profile that gives no credentials. */
export type ExplainedProfile = {
  readonly name: string;
  /** In the words of the SDK or of the profile's `credential_process`; undefined where it cannot be found. */
  readonly cause: string | undefined;
};

const missingCredentials = z.object({ name: z.enum(['CredentialsProviderError', 'TokenProviderError']) });
const thrown = z.object({ message: z.string() });

/** Whether the SDK found no credentials. */
export function isMissingCredentials(error: unknown): boolean {
  return missingCredentials.safeParse(error).success;
}

/**
 * Why the profile of the option or of AWS_PROFILE gives no credentials; undefined where none is named. The
 * SDK's own chain of sources reports only that none of them has any.
 */
export async function explainProfile(option: string | undefined): Promise<ExplainedProfile | undefined> {
  const name = option ?? process.env['AWS_PROFILE'];
  if (!name) return undefined;
  try {
    await fromIni({ profile: name })();
    return { name, cause: undefined };
  } catch (error) {
    return { name, cause: thrown.safeParse(error).data?.message };
  }
}
