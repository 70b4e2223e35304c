import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { AttemptLog } from '../../../functions/core/webhook/delivery-log.ts';
import type { Delivery } from '../../../functions/core/webhook/webhook.ts';
import { createDynamoDBClient, createSqsClient } from '../../aws/clients.ts';
import { queueUrlOf } from '../../aws/queue-url.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { sendMessages } from '../../aws/send-messages.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { readLog, webhookNamed, type WebhooksTable } from './stored-webhooks.ts';
import { parseWebhookName } from './webhook-name.ts';

/** Longer than a cold start and the function's own time-out for a receiver. */
const patienceMs = 60_000;
const pauseMs = 500;
const latestAttempts = 100;

/** Adds the command `plateline webhook test`. */
export function addWebhookTest(webhook: Command): void {
  webhook
    .command('test')
    .summary('send a test and show what the server answers')
    .description(
      'Sends an event of the type webhook.test to a webhook, the way that every event goes, and shows what came of it. A test is not repeated. The exit status is 1 if the server did not accept it.',
    )
    .argument('<name>', 'the name of the webhook', parseWebhookName)
    .addHelpText('after', '\nExample:\n  plateline webhook test office --stage prod\n')
    .action(async (name: string, _options: object, command: Command) => {
      await testWebhook(name, command);
    });
}

async function testWebhook(name: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { webhooksTable, webhooksQueue } = resourcesOf({ stage });
  const table = { dynamodb: createDynamoDBClient(connection), tableName: webhooksTable };
  const { webhookId, address } = await webhookNamed(table, name);
  const sqs = createSqsClient(connection);
  const event: Delivery['event'] = {
    specversion: '1.0',
    id: randomUUID(),
    source: `/plateline/${stage}`,
    time: new Date().toISOString(),
    type: 'webhook.test',
    datacontenttype: 'application/json',
    data: { webhookId },
  };
  const delivery: Delivery = { webhookId, event };
  await sendMessages(sqs, await queueUrlOf(sqs, webhooksQueue), [JSON.stringify(delivery)]);
  const attempt = await attemptAt(table, webhookId, event.id);
  if (json) process.stdout.write(jsonDocument(attempt));
  else if (attempt.result === 'delivered') {
    process.stdout.write(`${address} accepted the test after ${attempt.durationMs} ms.\n`);
  }
  if (attempt.result === 'delivered') return;
  throw new CommandError('NOT_ACCEPTED', `The test was not accepted. ${attempt.reason?.message ?? ''}`);
}

async function attemptAt(table: WebhooksTable, webhookId: string, eventId: string): Promise<AttemptLog> {
  const untilMs = Date.now() + patienceMs;
  while (Date.now() < untilMs) {
    const attempt = (await readLog(table, webhookId, latestAttempts)).find(
      (each) => each.eventId === eventId,
    );
    if (attempt !== undefined) return attempt;
    await delay(pauseMs);
  }
  throw new CommandError(
    'NO_ATTEMPT',
    'The function deliver-webhook has not tried within a minute. Its log and its alarms say why.',
  );
}
