import { text } from 'node:stream/consumers';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import password from '@inquirer/password';
import type { Command } from 'commander';
import { appKeyFault, secretKeyFault } from '../../../functions/core/contract/endpoint-keys.ts';
import { nameOfLocation, awsLocationOf } from '../../aws/aws-location.ts';
import { createSsmClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';

type Secrets = { readonly appKey: string; readonly secretKey: string };

/** Adds the command `plateline secrets set`. */
export function addSecretsSet(program: Command): void {
  program
    .command('secrets')
    .description('store the keys of the vehicle-plate endpoint: secrets set')
    // Commander would repeat an unknown argument, which can be a secret; refuseArguments does not.
    .helpCommand(true)
    .allowExcessArguments()
    .allowUnknownOption()
    .action((_options: object, command: Command) => {
      refuseArguments(command);
      command.help({ error: true });
    })
    .command('set')
    .summary('store both keys of a stage in Parameter Store')
    .description(
      'Stores the app key and the secret key of a stage in Parameter Store, encrypted, and replaces earlier ones. ' +
        'On a terminal the command asks for both and does not show them. Otherwise it reads two lines from standard input, the app key first.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline secrets set --stage prod\n' +
        '  plateline secrets set --stage prod < keys.txt\n',
    )
    .allowExcessArguments()
    .allowUnknownOption()
    .action(async (_options: object, command: Command) => {
      refuseArguments(command);
      await setSecrets(command);
    });
}

function refuseArguments({ args }: Command): void {
  if (args.length === 0) return;
  throw new CommandError(
    'USAGE',
    'secrets set accepts no key as an argument, because the shell and the process list would show it. Type it when asked, or pass it through standard input.',
  );
}

async function setSecrets(command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { appKeyParameter, secretKeyParameter } = resourcesOf({ stage });
  const ssm = createSsmClient(connection);
  const location = await awsLocationOf(ssm, connection);
  const locationName = nameOfLocation(location);
  const { appKey, secretKey } = process.stdin.isTTY
    ? await askForSecrets(`${stage} in ${locationName}`)
    : await readSecrets();
  const put = async (name: string, value: string) => {
    const { Version: version } = await ssm.send(
      new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: true }),
    );
    const change = version === 1 ? 'created' : 'replaced';
    // Printed before the second put, which can fail.
    if (!json) process.stdout.write(`${name} ${change} in ${locationName}\n`);
    return { name, change, ...location };
  };
  const changes = [await put(appKeyParameter, appKey), await put(secretKeyParameter, secretKey)];
  if (json) process.stdout.write(jsonDocument(changes));
}

async function askForSecrets(destination: string): Promise<Secrets> {
  // Ctrl-D closes the prompt without an answer; without an abort the promise would never settle.
  const closed = new AbortController();
  process.once('beforeExit', () => {
    closed.abort();
  });
  const ask = async (message: string, faultOf: (value: string) => string | undefined) => {
    const value = await password(
      { message, toggleMask: false, validate: (typed) => faultOf(typed.trim()) ?? true },
      { output: process.stderr, signal: closed.signal },
    );
    return value.trim();
  };
  return {
    appKey: await ask(`App key of ${destination}:`, appKeyFault),
    secretKey: await ask(`Secret key of ${destination}:`, secretKeyFault),
  };
}

async function readSecrets(): Promise<Secrets> {
  const lines = (await text(process.stdin)).trimEnd().split('\n');
  const [appKey = '', secretKey = ''] = lines.map((line) => line.trim());
  const fault =
    lines.length === 2
      ? (appKeyFault(appKey) ?? secretKeyFault(secretKey))
      : 'Standard input must have two lines: the app key, then the secret key.';
  if (fault !== undefined) throw new CommandError('UNUSABLE_SECRET', fault);
  return { appKey, secretKey };
}
