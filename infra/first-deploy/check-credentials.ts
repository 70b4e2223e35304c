import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { Clients } from './clients.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const identity = z.object({ Account: z.string(), Arn: z.string() });

/** Asks AWS whose credentials these are; the value is the account's number. */
export async function checkCredentials(
  { region }: Pick<RunContext, 'region'>,
  { sts }: Pick<Clients, 'sts'>,
): Promise<StepOutcome<string>> {
  const { Account: account, Arn: caller } = identity.parse(await sts.send(new GetCallerIdentityCommand({})));
  return {
    kind: 'ok',
    sentence: `AWS knows the caller as ${caller}. The stage will be in the account ${account}, in ${region}.`,
    value: account,
  };
}
