import { text } from 'node:stream/consumers';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import password from '@inquirer/password';
import type { Command } from 'commander';
import { appKeyFault, secretKeyFault } from '../../../functions/core/contract/endpoint-keys.ts';
import { createSsmClient } from '../../aws/clients.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { nameOfLocation, awsLocationOf } from '../../aws/aws-location.ts';
import { resourcesOf } from '../../aws/resources.ts';

type Secrets = { readonly appKey: string; readonly secretKey: string };

export function addSecretsSet(program: Command): void {
  program
    .command('secrets')
    .description('put the keys of the vehicle-plate endpoint: secrets set')
    // Whatever looks like a secret is refused below, without repeating it; here and in the verb itself.
    .helpCommand(true)
    .allowExcessArguments()
    .allowUnknownOption()
    .action((_options: object, command: Command) => {
      refuseArguments(command);
      command.help({ error: true });
    })
    .command('set')
    .summary('put both keys of a stage into Parameter Store')
    .description(
      'Puts the app key and the secret key of a stage into Parameter Store, encrypted; what was there is replaced. ' +
        'On a terminal both are asked for and not shown; otherwise they are the two lines of standard input, the app key first.',
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
    'secrets set takes no key from its arguments, because the shell and the list of processes would show it. Type it when asked, or pass it through standard input.',
  );
}

async function setSecrets(command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { appKeyParameter, secretKeyParameter } = resourcesOf({ stage });
  const ssm = createSsmClient(connection);
  const place = await awsLocationOf(ssm, connection);
  const placeName = nameOfLocation(place);
  const { appKey, secretKey } = process.stdin.isTTY
    ? await askForSecrets(`${stage} in ${placeName}`)
    : await readSecrets();
  const put = async (name: string, value: string) => {
    const { Version: version } = await ssm.send(
      new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: true }),
    );
    const change = version === 1 ? 'created' : 'replaced';
    // At once: whoever sees the second one fail has to know that the first one has changed.
    if (!json) process.stdout.write(`${name} ${change} in ${placeName}\n`);
    return { name, change, ...place };
  };
  const changes = [await put(appKeyParameter, appKey), await put(secretKeyParameter, secretKey)];
  if (json) process.stdout.write(jsonDocument(changes));
}

async function askForSecrets(place: string): Promise<Secrets> {
  // Ctrl-D closes the prompt without an answer, and then nothing is left that could bring one.
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
    appKey: await ask(`App key of ${place}:`, appKeyFault),
    secretKey: await ask(`Secret key of ${place}:`, secretKeyFault),
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
