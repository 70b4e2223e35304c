import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Clients } from './clients.ts';
import { bucketExists, describeStack, stackNameOf, tableExists } from './existing-resources.ts';
import type { StackPackage } from './package-stack.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const settings = z.object({
  AccountLimit: z.object({ UnreservedConcurrentExecutions: z.number(), TotalCodeSize: z.number() }),
  AccountUsage: z.object({ TotalCodeSize: z.number() }),
});

/** States of a stack that an update can begin from. */
const readyStates: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  // osls creates the stack in two steps, and continues after the first.
  'REVIEW_IN_PROGRESS',
]);

/** Looks for what would stop the deployment: quotas, a broken stack, leftovers of a removed one. */
export async function checkAccount(
  context: RunContext,
  clients: Pick<Clients, 'lambda' | 'cloudFormation' | 'dynamodb' | 's3'>,
  stackPackage: StackPackage,
): Promise<StepOutcome<true>> {
  const { AccountLimit: limit, AccountUsage: usage } = settings.parse(
    await clients.lambda.send(new GetAccountSettingsCommand({})),
  );
  const quota = quotaFault(limit, usage, stackPackage);
  if (quota !== undefined) return quota;
  const stack = await describeStack(clients.cloudFormation, context.stage);
  const state = stack === undefined ? await leftoverFault(clients, stackPackage) : stateFault(context, stack);
  if (state !== undefined) return state;
  const { maximumConcurrency } = stackPackage;
  const found = stack === undefined ? 'There is no such stage yet' : `The stack is ${stack.status}`;
  return {
    kind: 'ok',
    sentence: `${found}. Lambda may run ${limit.UnreservedConcurrentExecutions} invocations at once, and the stage uses ${maximumConcurrency} at most.`,
    value: true,
  };
}

type Fault = Extract<StepOutcome<never>, { kind: 'failed' }>;

function quotaFault(
  limit: z.infer<typeof settings>['AccountLimit'],
  usage: z.infer<typeof settings>['AccountUsage'],
  { maximumConcurrency, codeBytes }: StackPackage,
): Fault | undefined {
  const left = limit.UnreservedConcurrentExecutions;
  if (left < maximumConcurrency) {
    return {
      kind: 'failed',
      sentence: `Lambda may run ${left} invocations at once in this account, fewer than the ${maximumConcurrency} of the stage.`,
      advice:
        'Ask for more under Service Quotas, AWS Lambda, Concurrent executions; or deploy with --param maximumConcurrency=2.',
    };
  }
  if (limit.TotalCodeSize - usage.TotalCodeSize < codeBytes) {
    return {
      kind: 'failed',
      sentence: `The functions of this account use ${usage.TotalCodeSize} of ${limit.TotalCodeSize} bytes of code; the stage needs ${codeBytes} more.`,
      advice: 'Delete old versions of other functions, or ask for more under Service Quotas, AWS Lambda.',
    };
  }
  return undefined;
}

function stateFault({ stage, region }: RunContext, { status }: { readonly status: string }) {
  if (readyStates.has(status)) return undefined;
  return {
    kind: 'failed',
    sentence: `The stack ${stackNameOf(stage)} is ${status}, so it cannot be updated.`,
    advice: status.endsWith('_IN_PROGRESS')
      ? 'Wait until CloudFormation is done, and run the script again.'
      : `Remove it with: npx osls remove --stage ${stage} --region ${region}. docs/remove-a-stage.md says what stays.`,
  } satisfies Fault;
}

/** Tables and buckets stay when a stack is removed, and no new stack can create them again. */
async function leftoverFault(
  { dynamodb, s3 }: Pick<Clients, 'dynamodb' | 's3'>,
  { tables, buckets }: StackPackage,
): Promise<Fault | undefined> {
  const leftovers: string[] = [];
  for (const name of tables) if (await tableExists(dynamodb, name)) leftovers.push(`the table ${name}`);
  for (const name of buckets) if (await bucketExists(s3, name)) leftovers.push(`the bucket ${name}`);
  if (leftovers.length === 0) return undefined;
  return {
    kind: 'failed',
    sentence: `An earlier stack of this name left ${leftovers.join(', ')}, which the new one could not create.`,
    advice: 'Choose another --stage, or delete what is left as docs/remove-a-stage.md says.',
  };
}
