import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { resolveIntrinsics } from '../local/template/intrinsics.ts';
import { runCommand } from './run-command.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

/** What will be deployed. */
export type StackPackage = {
  readonly directory: string;
  /** Invocations that all functions may run at once. */
  readonly maximumConcurrency: number;
  /** The zips of all functions together. */
  readonly codeBytes: number;
  readonly tables: readonly string[];
  readonly readingsTable: string;
  /** Those that hold what people entered, such as watch lists, and not what follows from pictures. */
  readonly enteredTables: readonly string[];
  readonly buckets: readonly string[];
  readonly picturesBucket: string;
  readonly alarms: readonly string[];
  /** The parameters with the endpoint's keys; none where the function reads the pictures itself. */
  readonly keyParameters: readonly string[];
};

/** The logical ids of the tables that hold only what follows from pictures. */
const derivedTables: ReadonlySet<string> = new Set(['ReadingsTable', 'UsageTable', 'VisitsTable']);

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

const scaling = z.object({ ScalingConfig: z.object({ MaximumConcurrency: z.number() }) });

/** Packages the stage, which also checks its parameters. */
export async function packageStack(
  context: RunContext,
  accountId: string,
): Promise<StepOutcome<StackPackage>> {
  const { stage, region } = context;
  const directory = path.resolve(import.meta.dirname, '../../.build', `first-deploy-${stage}`);
  const status = await runCommand(context, 'osls', [
    ...['package', '--package', directory],
    ...parameterOptions(context),
  ]);
  if (status !== 0) {
    return {
      kind: 'failed',
      sentence: 'The stage cannot be packaged; the lines above say why. Nothing was sent to AWS.',
      advice: 'Correct the parameters; docs/parameters.md has their ranges.',
    };
  }
  const value = await readPackage(directory, { region, accountId });
  return {
    kind: 'ok',
    sentence: `The package is in ${directory} (${value.codeBytes} bytes of code).`,
    value,
  };
}

/** The parameters as options of osls. */
export function parameterOptions({ parameters }: Pick<RunContext, 'parameters'>): string[] {
  return parameters.map((parameter) => `--param=${parameter}`);
}

async function readPackage(
  directory: string,
  target: { readonly region: string; readonly accountId: string },
): Promise<StackPackage> {
  const text = await readFile(path.join(directory, 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources, Outputs } = template.parse(JSON.parse(text));
  const propertiesOf = (type: string) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  const nameOf = (name: unknown) => z.string().parse(resolveIntrinsics(name, Resources, target));
  // The bucket of the deployments has no name of its own.
  const namesOf = (type: string, property: string) =>
    propertiesOf(type).flatMap(({ [property]: name }) => (name === undefined ? [] : [nameOf(name)]));
  const archives = (await readdir(directory)).filter((name) => name.endsWith('.zip'));
  const sizes = await Promise.all(
    archives.map(async (name) => (await stat(path.join(directory, name))).size),
  );
  return {
    directory,
    maximumConcurrency: sum(
      propertiesOf('AWS::Lambda::EventSourceMapping').map(
        (properties) => scaling.safeParse(properties).data?.ScalingConfig.MaximumConcurrency ?? 0,
      ),
    ),
    codeBytes: sum(sizes),
    tables: namesOf('AWS::DynamoDB::Table', 'TableName'),
    readingsTable: nameOf(Resources['ReadingsTable']?.Properties['TableName']),
    enteredTables: Object.entries(Resources)
      .filter(([logicalId, { Type }]) => Type === 'AWS::DynamoDB::Table' && !derivedTables.has(logicalId))
      .map(([, { Properties }]) => nameOf(Properties['TableName'])),
    buckets: namesOf('AWS::S3::Bucket', 'BucketName'),
    picturesBucket: nameOf(Resources['PicturesBucket']?.Properties['BucketName']),
    alarms: namesOf('AWS::CloudWatch::Alarm', 'AlarmName'),
    keyParameters: ['AppKeyParameterName', 'SecretKeyParameterName'].flatMap((output) =>
      Outputs[output] === undefined ? [] : [z.string().parse(Outputs[output].Value)],
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
