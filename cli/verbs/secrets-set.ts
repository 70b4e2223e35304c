import { text } from 'node:stream/consumers';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import password from '@inquirer/password';
import type { Command } from 'commander';
import { createSsmClient } from '../clients.ts';
import { CommandError } from '../command-error.ts';
import { globalOptionsOf } from '../global-options.ts';
import { jsonDocument } from '../json.ts';
import { resourcesOf } from '../resources.ts';

type Secrets = { readonly appKey: string; readonly secretKey: string };

export function addSecretsSet(program: Command): void {
  program
    .command('secrets')
    .description('put the keys of the vehicle-plate endpoint: secrets set')
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
    // Whatever looks like a secret is refused below, without repeating it.
    .allowExcessArguments()
    .allowUnknownOption()
    .action(async (_options: object, command: Command) => {
      if (command.args.length > 0) {
        throw new CommandError(
          'USAGE',
          'secrets set takes no key from its arguments, because the shell and the list of processes would show it. Type it when asked, or pass it through standard input.',
        );
      }
      await setSecrets(command);
    });
}

async function setSecrets(command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { appKeyParameter, secretKeyParameter } = resourcesOf({ stage });
  const { appKey, secretKey } = process.stdin.isTTY ? await askForSecrets() : await readSecrets();
  const ssm = createSsmClient(connection);
  const put = async (name: string, value: string) => {
    const { Version: version } = await ssm.send(
      new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: true }),
    );
    return { name, change: version === 1 ? 'created' : 'replaced' };
  };
  const changes = [await put(appKeyParameter, appKey), await put(secretKeyParameter, secretKey)];
  process.stdout.write(
    json ? jsonDocument(changes) : changes.map(({ name, change }) => `${name} ${change}\n`).join(''),
  );
}

async function askForSecrets(): Promise<Secrets> {
  const ask = async (message: string, faultOf: (value: string) => string | undefined) => {
    const value = await password(
      { message, toggleMask: false, validate: (typed) => faultOf(typed.trim()) ?? true },
      { output: process.stderr },
    );
    return value.trim();
  };
  return { appKey: await ask('App key:', appKeyFault), secretKey: await ask('Secret key:', secretKeyFault) };
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

function appKeyFault(appKey: string): string | undefined {
  return appKey === '' ? 'The app key is empty.' : undefined;
}

/** It goes into a header as it is (RFC 9110, 5.5). */
function secretKeyFault(secretKey: string): string | undefined {
  if (secretKey === '') return 'The secret key is empty.';
  return /^[\x21-\x7e]+$/.test(secretKey)
    ? undefined
    : 'The secret key may hold visible ASCII characters only, and no space.';
}
