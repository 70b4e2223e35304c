import type { Command } from 'commander';
import { addWebhookAdd } from './webhook-add.ts';
import { addWebhookList } from './webhook-list.ts';
import { addWebhookLog } from './webhook-log.ts';
import { addWebhookRedrive } from './webhook-redrive.ts';
import { addWebhookRemove } from './webhook-remove.ts';
import { addWebhookRotate } from './webhook-rotate.ts';
import { addWebhookTest } from './webhook-test.ts';

/** Adds the command `plateline webhook`. */
export function addWebhook(program: Command): void {
  const webhook = program
    .command('webhook')
    .summary('send events to servers: add, list, test, log, rotate, redrive, remove')
    .description(
      'Keeps the webhooks of a stage: the servers that get its events. Each request is signed (Standard Webhooks) and repeated for three days until the server accepts it.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  plateline webhook add https://example.com/plateline --stage prod\n  plateline webhook list --stage prod\n',
    );
  addWebhookAdd(webhook);
  addWebhookList(webhook);
  addWebhookTest(webhook);
  addWebhookLog(webhook);
  addWebhookRotate(webhook);
  addWebhookRedrive(webhook);
  addWebhookRemove(webhook);
}
