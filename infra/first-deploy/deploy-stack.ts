import * as z from 'zod';
import type { Clients } from './clients.ts';
import { describeStack, stackNameOf } from './existing-resources.ts';
import { parameterOptions, type StackPackage } from './package-stack.ts';
import { runCommand } from './run-command.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const outputs = z.object({
  PicturesBucketName: z.string(),
  CropsBucketName: z.string(),
  PicturesDeadLetterQueueUrl: z.string(),
  ReadingsTableName: z.string(),
  AlarmTopicArn: z.string(),
});

/** Where the stage's resources are, from the stack's outputs. */
export type StageOutputs = z.infer<typeof outputs>;

/** Deploys the package that was checked before. */
export async function deployStack(
  context: RunContext,
  { cloudFormation }: Pick<Clients, 'cloudFormation'>,
  { directory }: StackPackage,
): Promise<StepOutcome<StageOutputs>> {
  const { stage } = context;
  const status = await runCommand(context, 'osls', [
    'deploy',
    '--package',
    directory,
    ...parameterOptions(context),
  ]);
  if (status !== 0) {
    return {
      kind: 'failed',
      sentence: `osls ended with status ${status}; the lines above say why.`,
      advice:
        'Look at the events of the stack in the CloudFormation console. ' +
        'An error of memory means that a new account is limited to 3008 MB for each function. ' +
        'After a first deployment that failed, docs/remove-a-stage.md says what to delete.',
    };
  }
  const stack = await describeStack(cloudFormation, stage);
  const parsed = outputs.safeParse(Object.fromEntries(stack?.outputs ?? []));
  if (stack === undefined || !parsed.success) {
    return {
      kind: 'failed',
      sentence: `The stack ${stackNameOf(stage)} lacks outputs that it must have.`,
      advice: 'Check that this checkout is the one that was deployed, and run the script again.',
    };
  }
  const sentence = `The stack ${stackNameOf(stage)} is ${stack.status}.`;
  return { kind: 'ok', sentence, value: parsed.data };
}
