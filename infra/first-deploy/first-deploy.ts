// npm run first-deploy: deploys a stage to AWS, tries all of it, and writes down what happened.
import path from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../cli/options/whole-number.ts';
import { parseRegion, parseStage } from '../../cli/options/global-options.ts';
import { CommandError } from '../../cli/terminal/command-error.ts';
import { listenForInterrupt } from '../../cli/terminal/interrupt.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { checkAccount } from './check-account.ts';
import { checkCredentials } from './check-credentials.ts';
import { createClients, type Clients } from './clients.ts';
import { deployStack } from './deploy-stack.ts';
import { packageStack, type StackPackage } from './package-stack.ts';
import { removeStage } from './remove-stage.ts';
import type { RunContext } from './run-context.ts';
import { createSteps, type Steps } from './steps.ts';
import { storeKeys, type GivenKeys } from './store-keys.ts';
import { startTranscript } from './transcript.ts';
import { tryAlarms } from './try-alarms.ts';
import { tryRedrive } from './try-redrive.ts';
import { trySamples } from './try-samples.ts';

type Options = {
  readonly stage: string;
  readonly region: string;
  readonly profile?: string;
  readonly param: readonly string[];
  readonly waitSeconds: number;
  readonly transcript?: string;
  readonly remove?: true;
  readonly yes?: true;
};

const program = new Command('npm run first-deploy --')
  .description('Deploys a stage to AWS, tries everything in it, and writes down what happened.')
  .requiredOption('--stage <name>', 'the stage to deploy', parseStage)
  .option('--region <name>', 'AWS region', parseRegion, 'ap-northeast-2')
  .option('--profile <name>', 'profile in the configuration files of AWS')
  .option(
    '--param <name=value>',
    'a parameter of the deployment; may be given several times',
    (given: string, before: readonly string[]) => [...before, given],
    [],
  )
  .option(
    '--wait-seconds <number>',
    'how long to wait for records and alarms, 1 to 86400',
    wholeNumber(1, 86_400),
    300,
  )
  .option('--transcript <file>', 'where to write down what happened (default: a new file in .build)')
  .option('--remove', 'in the end, remove the stage if it holds nothing but the samples')
  .option('--yes', 'remove without asking')
  .showHelpAfterError()
  .exitOverride()
  .action(async (options: Options) => {
    process.exitCode = await firstDeploy(options);
  });
const interrupt = listenForInterrupt();
await runProgram(program);

/** Returns the exit status: 0 if no step failed, else 1. */
async function firstDeploy(options: Options): Promise<number> {
  const { stage, region, profile, remove = false, yes = false } = options;
  if (remove && !yes && !process.stdin.isTTY) {
    throw new CommandError('USAGE', 'There is no terminal to ask on: add --yes to remove without asking.');
  }
  const keys = keysOf(process.env);
  const startedAt = new Date();
  const transcript = startTranscript(
    path.resolve(options.transcript ?? defaultTranscript(stage, startedAt)),
    hiddenTexts(process.env, options.param),
    console.log,
  );
  const context: RunContext = {
    stage,
    region,
    profile,
    parameters: options.param,
    startedAt,
    patienceMs: options.waitSeconds * 1000,
    transcript,
    interrupt,
  };
  transcript.note(`First deployment of the stage ${stage} in ${region}, ${startedAt.toISOString()}`);
  const steps = createSteps(transcript);
  const clients = createClients({ region, ...(profile !== undefined && { profile }) });
  const stackPackage = await prepare(context, steps, clients);
  if (stackPackage !== undefined) {
    await deployAndTry(context, steps, clients, stackPackage, keys);
    if (remove) await steps.run('Remove', () => removeStage(context, clients, stackPackage, yes));
  }
  const status = steps.finish();
  transcript.note(`This is written in ${transcript.file}`);
  return status;
}

async function prepare(
  context: RunContext,
  steps: Steps,
  clients: Clients,
): Promise<StackPackage | undefined> {
  const accountId = await steps.run('Credentials', () => checkCredentials(context, clients));
  if (accountId === undefined) return undefined;
  return await steps.run('Package', () => packageStack(context, accountId));
}

/** What depends on an earlier step is left out where that one failed; everything else is tried. */
async function deployAndTry(
  context: RunContext,
  steps: Steps,
  clients: Clients,
  stackPackage: StackPackage,
  givenKeys: GivenKeys,
): Promise<void> {
  if (!(await steps.run('Account', () => checkAccount(context, clients, stackPackage)))) return;
  const outputs = await steps.run('Deploy', () => deployStack(context, clients, stackPackage));
  if (outputs === undefined) return;
  const hasKeys = await steps.run('Keys', () => storeKeys(context, clients, stackPackage, givenKeys));
  await steps.run('Alarms', () => tryAlarms(context, clients, stackPackage, outputs));
  if (hasKeys) await steps.run('Samples', () => trySamples(context, clients, outputs));
  await steps.run('Redrive', () => tryRedrive(context, clients, outputs));
}

function defaultTranscript(stage: string, startedAt: Date): string {
  const root = path.resolve(import.meta.dirname, '../..');
  const time = startedAt.toISOString().replaceAll(/[:.]/g, '-');
  return path.join(root, '.build', `first-deploy-${stage}-${time}.txt`);
}

function keysOf({
  PLATELINE_APP_KEY: appKey,
  PLATELINE_SECRET_KEY: secretKey,
}: NodeJS.ProcessEnv): GivenKeys {
  if (!appKey && !secretKey) return undefined;
  if (appKey && secretKey) return { appKey, secretKey };
  throw new CommandError('USAGE', 'Set both PLATELINE_APP_KEY and PLATELINE_SECRET_KEY, or neither.');
}

/** The secrets of the environment, and the address of a person. */
function hiddenTexts(environment: NodeJS.ProcessEnv, parameters: readonly string[]) {
  return [
    environment['AWS_SECRET_ACCESS_KEY'],
    environment['AWS_SESSION_TOKEN'],
    environment['PLATELINE_APP_KEY'],
    environment['PLATELINE_SECRET_KEY'],
    ...parameters.map((given) => /^alarmEmail=(.+)$/.exec(given)?.[1]),
  ];
}
