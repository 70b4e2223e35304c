// npm run deploy-policy: prints the least IAM policy that deploys a stage, from its packaged template.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseRegion, parseStage } from '../../cli/options/global-options.ts';
import { CommandError } from '../../cli/terminal/command-error.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { statementsOfTemplate } from './policy-of-template.ts';
import { policiesOf } from './split-policy.ts';

type Options = {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly param: readonly string[];
};

const root = path.resolve(import.meta.dirname, '../..');

const program = new Command('npm run deploy-policy --silent --')
  .description('Prints the IAM policies, one a line, that a person who deploys a stage needs at least.')
  .requiredOption('--stage <name>', 'the stage', parseStage)
  .requiredOption('--account <number>', 'the number of the AWS account, 12 digits', parseAccount)
  .option('--region <name>', 'AWS region', parseRegion, 'ap-northeast-2')
  .option(
    '--param <name=value>',
    'a parameter of the deployment; may be given several times',
    (given: string, before: readonly string[]) => [...before, given],
    [],
  )
  .showHelpAfterError()
  .exitOverride()
  .action(printPolicies);
await runProgram(program);

async function printPolicies({ stage, account, region, param }: Options): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-policy-'));
  try {
    const args = ['package', '--package', directory, '--stage', stage, '--region', region];
    packageStage([...args, ...param.map((parameter) => `--param=${parameter}`)]);
    const template: unknown = JSON.parse(
      await readFile(path.join(directory, 'cloudformation-template-update-stack.json'), 'utf8'),
    );
    const statements = statementsOfTemplate(template, { region, accountId: account }, stage);
    for (const policy of policiesOf(statements)) console.log(JSON.stringify(policy));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Throws a CommandError `NOT_PACKAGED`; osls itself says why. */
function packageStage(args: readonly string[]): void {
  const osls = path.join(root, 'node_modules/osls/bin/serverless.js');
  try {
    // Standard output is for the policies.
    execFileSync(process.execPath, [osls, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  } catch (cause) {
    throw new CommandError('NOT_PACKAGED', 'The stage cannot be packaged; the lines above say why.', {
      cause,
    });
  }
}

function parseAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the 12 digits of an AWS account.');
}
