import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Command } from 'commander';
import { webhooksCollection } from '../../../functions/core/webhook/delivery-log.ts';
import { destinationParameterOf } from '../../../functions/core/webhook/destination.ts';
import { createDynamoDBClient, createSsmClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { parseWebhookName } from './webhook-name.ts';

/** Adds the command `plateline webhook remove`. */
export function addWebhookRemove(webhook: Command): void {
  webhook
    .command('remove')
    .summary('stop sending events to a server')
    .description('Removes a webhook with its secrets. Deliveries that wait for it are dropped.')
    .argument('<name>', 'the name of the webhook', parseWebhookName)
    .addHelpText('after', '\nExample:\n  plateline webhook remove office --stage prod\n')
    .action(async (name: string, _options: object, command: Command) => {
      await remove(name, command);
    });
}

/** Also what an interrupted `add` left: a parameter without its item. */
async function remove(name: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { webhooksTable, webhooksPath } = resourcesOf({ stage });
  const { Attributes: removed } = await createDynamoDBClient(connection).send(
    new DeleteItemCommand({
      TableName: webhooksTable,
      Key: marshall({ collection: webhooksCollection, item: name }),
      ReturnValues: 'ALL_OLD',
    }),
  );
  const hadSecret = await createSsmClient(connection)
    .send(new DeleteParameterCommand({ Name: destinationParameterOf(webhooksPath, name) }))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ParameterNotFound) return false;
        throw error;
      },
    );
  if (removed === undefined && !hadSecret) {
    throw new CommandError('NO_WEBHOOK', `There is no webhook ${name}; plateline webhook list shows them.`);
  }
  process.stdout.write(json ? jsonDocument({ removed: name }) : `Webhook ${name} removed.\n`);
}
