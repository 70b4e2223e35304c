import type { Command } from 'commander';
import { createSqsClient } from '../../aws/clients.ts';
import { moveMessages } from '../../dead-letters/move-messages.ts';
import { queueUrlOf } from '../../aws/queue-url.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { amount } from '../../terminal/amount.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { startCounter } from '../../terminal/progress.ts';

/** Adds the command `plateline webhook redrive`. */
export function addWebhookRedrive(webhook: Command): void {
  webhook
    .command('redrive')
    .summary('try again what was given up')
    .description(
      'Moves the messages of the dead-letter queue of webhooks back to their queue, where each is tried for three more days. Those of removed webhooks are dropped there.',
    )
    .addHelpText('after', '\nExample:\n  plateline webhook redrive --stage prod\n')
    .action(async (_options: object, command: Command) => {
      const { stage, json, ...connection } = globalOptionsOf(command);
      const { webhooksQueue, webhooksDeadLetterQueue } = resourcesOf({ stage });
      const sqs = createSqsClient(connection);
      const counter = startCounter('messages moved');
      let moved = 0;
      try {
        const move = {
          sourceUrl: await queueUrlOf(sqs, webhooksDeadLetterQueue),
          destinationUrl: await queueUrlOf(sqs, webhooksQueue),
          sentUntilMs: Date.now(),
          perSecond: undefined,
        };
        for await (const step of moveMessages(sqs, move)) counter.update((moved = step));
      } finally {
        counter.stop();
      }
      process.stdout.write(
        json ? jsonDocument({ moved }) : `Moved ${amount(moved, 'message')} to ${webhooksQueue}.\n`,
      );
    });
}
