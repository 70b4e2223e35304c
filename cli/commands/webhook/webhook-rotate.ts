import type { Command } from 'commander';
import { newSecret } from '../../aws/add-webhook.ts';
import { createSsmClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { putDestination, readDestination } from '../../aws/webhook-destination.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { parseWebhookName } from './webhook-name.ts';

/** Adds the command `plateline webhook rotate`. */
export function addWebhookRotate(webhook: Command): void {
  webhook
    .command('rotate')
    .summary('change the secret without losing an event')
    .description(
      'Adds a new secret and prints it. Until --finish every request has two signatures, of the new and the old secret, so that the server can change over at any time. A change has an effect within a minute.',
    )
    .argument('<name>', 'the name of the webhook', parseWebhookName)
    .option('--finish', 'forget the old secret')
    .addHelpText(
      'after',
      '\nExamples:\n  plateline webhook rotate office --stage prod\n  plateline webhook rotate office --finish --stage prod\n',
    )
    .action(async (name: string, { finish }: { readonly finish?: true }, command: Command) => {
      await (finish ? finishRotation(name, command) : rotate(name, command));
    });
}

async function rotate(name: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { webhooksPath } = resourcesOf({ stage });
  const ssm = createSsmClient(connection);
  const { url, secrets } = await readDestination(ssm, webhooksPath, name);
  const [current = '', old] = secrets;
  if (old !== undefined) {
    throw new CommandError(
      'ROTATING',
      `The webhook ${name} has two secrets already. Forget the old one with: plateline webhook rotate ${name} --finish`,
    );
  }
  const secret = newSecret();
  await putDestination(ssm, webhooksPath, name, { url, secrets: [secret, current] }, { overwrite: true });
  process.stdout.write(
    json
      ? jsonDocument({ webhookId: name, secret })
      : `New secret: ${secret}\nThe old one counts too, until: plateline webhook rotate ${name} --finish\n`,
  );
}

async function finishRotation(name: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { webhooksPath } = resourcesOf({ stage });
  const ssm = createSsmClient(connection);
  const { url, secrets } = await readDestination(ssm, webhooksPath, name);
  await putDestination(ssm, webhooksPath, name, { url, secrets: secrets.slice(0, 1) }, { overwrite: true });
  process.stdout.write(
    json ? jsonDocument({ webhookId: name }) : `The webhook ${name} has only its new secret now.\n`,
  );
}
