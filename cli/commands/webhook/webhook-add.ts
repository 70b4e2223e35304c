import { randomBytes } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseWebhookUrl } from '../../../functions/core/webhook/webhook-url.ts';
import { webhookFormats, type Webhook } from '../../../functions/core/webhook/webhook.ts';
import { storeNewWebhook } from '../../aws/add-webhook.ts';
import { createDynamoDBClient, createSsmClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { eventsHelp, listsHelp, parseEventTypes, parseListNames } from '../../options/event-choice.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { parseWebhookName } from './webhook-name.ts';

type AddOptions = {
  readonly name?: string;
  readonly events?: Webhook['events'];
  readonly lists?: readonly string[];
  readonly format: Webhook['format'];
};

/** Adds the command `plateline webhook add`. */
export function addWebhookAdd(webhook: Command): void {
  webhook
    .command('add')
    .summary('send events to a server')
    .description(
      'Sends events to a URL from now on, and prints the secret with which the server checks their signatures; it is not shown again. ' +
        'The URL and the secret are stored encrypted in Parameter Store.',
    )
    .argument('<url>', 'an https URL, or the URL that Slack or Discord gives for a channel', parseUrl)
    .option('--name <name>', 'a name for the other commands (default: a random one)', parseWebhookName)
    .option('--events <types>', eventsHelp, parseEventTypes)
    .option('--lists <names>', listsHelp, parseListNames)
    .addOption(
      new Option('--format <format>', 'json for the event as it is, else a sentence for a channel')
        .choices(webhookFormats)
        .default('json'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline webhook add https://example.com/plateline --stage prod\n' +
        '  plateline webhook add https://hooks.slack.com/services/… --format slack --events list.matched --lists blocked\n',
    )
    .action(async (url: URL, options: AddOptions, command: Command) => {
      await addUrl(url, options, command);
    });
}

async function addUrl(url: URL, options: AddOptions, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { name = randomBytes(4).toString('hex'), events, lists, format } = options;
  const { added, secret } = await storeNewWebhook(
    {
      ...resourcesOf({ stage }),
      dynamodb: createDynamoDBClient(connection),
      ssm: createSsmClient(connection),
    },
    { webhookId: name, url, format, ...(events && { events }), ...(lists && { lists }) },
  );
  process.stdout.write(
    json
      ? jsonDocument({ ...added, secret })
      : `Webhook ${name} added: ${added.address}\nSecret: ${secret}\nplateline webhook test ${name} sends a test.\n`,
  );
  const strict = parseWebhookUrl(url.href, 'public');
  if (strict.kind === 'refused') {
    process.stderr.write(
      `${strict.message} The stage sends there only if its parameter webhookAddresses is any.\n`,
    );
  }
}

function parseUrl(text: string): URL {
  const parsed = parseWebhookUrl(text, 'any');
  if (parsed.kind === 'url') return parsed.url;
  throw new InvalidArgumentError(parsed.message);
}
