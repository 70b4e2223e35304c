import type { Command } from 'commander';
import type { AttemptLog } from '../../../functions/core/webhook/delivery-log.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { readLog, webhookNamed } from './stored-webhooks.ts';
import { parseWebhookName } from './webhook-name.ts';

/** Adds the command `plateline webhook log`. */
export function addWebhookLog(webhook: Command): void {
  webhook
    .command('log')
    .summary('show the latest attempts')
    .description(
      'Shows the latest attempts at deliveries to a webhook, the latest first. The log has seven days.',
    )
    .argument('<name>', 'the name of the webhook', parseWebhookName)
    .option('--limit <number>', 'how many attempts to show, 1 to 1000', wholeNumber(1, 1000), 20)
    .addHelpText('after', '\nExample:\n  plateline webhook log office --stage prod\n')
    .action(async (name: string, { limit }: { readonly limit: number }, command: Command) => {
      const { stage, json, ...connection } = globalOptionsOf(command);
      const { webhooksTable } = resourcesOf({ stage });
      const table = { dynamodb: createDynamoDBClient(connection), tableName: webhooksTable };
      const { webhookId } = await webhookNamed(table, name);
      const attempts = await readLog(table, webhookId, limit);
      process.stdout.write(json ? jsonDocument(attempts) : tableOf(attempts));
    });
}

function tableOf(attempts: readonly AttemptLog[]): string {
  if (attempts.length === 0) return 'There was no attempt in the last seven days.\n';
  const rows = attempts.map(({ at, type, eventId, result, durationMs, reason }) => [
    koreaTimeOf(at),
    type,
    eventId,
    result,
    String(durationMs),
    reason?.message ?? '',
  ]);
  const header = ['began (KST)', 'event', 'id', 'result', 'ms', 'why'];
  return `${formatTable(
    [header, ...rows],
    header.map((name) => (name === 'ms' ? { align: 'right' } : {})),
  )}\n`;
}
