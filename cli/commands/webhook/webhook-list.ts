import type { Command } from 'commander';
import { failuresBeforePause } from '../../../functions/core/webhook/retry.ts';
import type { Webhook } from '../../../functions/core/webhook/webhook.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { readWebhooks } from './stored-webhooks.ts';

/** Adds the command `plateline webhook list`. */
export function addWebhookList(webhook: Command): void {
  webhook
    .command('list')
    .summary('show the webhooks and whether they fail')
    .description(
      'Shows the webhooks of a stage, without their secrets, and whether their last attempts failed.',
    )
    .addHelpText('after', '\nExample:\n  plateline webhook list --stage prod\n')
    .action(async (_options: object, command: Command) => {
      const { stage, json, ...connection } = globalOptionsOf(command);
      const { webhooksTable } = resourcesOf({ stage });
      const table = { dynamodb: createDynamoDBClient(connection), tableName: webhooksTable };
      const webhooks = await readWebhooks(table);
      process.stdout.write(json ? jsonDocument(webhooks) : tableOf(webhooks));
    });
}

function tableOf(webhooks: readonly Webhook[]): string {
  if (webhooks.length === 0) return 'There are no webhooks; plateline webhook add adds one.\n';
  const rows = webhooks.map(({ webhookId, address, format, events, lists, failures }) => [
    webhookId,
    address,
    format,
    events?.join(',') ?? 'all',
    lists?.join(',') ?? 'all',
    failures === 0 ? 'ok' : `${failures} failures${failures < failuresBeforePause ? '' : ', paused'}`,
  ]);
  const header = ['name', 'address', 'format', 'events', 'lists', 'state'];
  return `${formatTable(
    [header, ...rows],
    header.map(() => ({})),
  )}\n`;
}
