import type { Command } from 'commander';
import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseListName } from '../../options/list-name.ts';
import { amount } from '../../terminal/amount.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { listNamed } from '../../watch-lists/list-named.ts';
import { removeEntry, removeList } from '../../watch-lists/stored-list.ts';

/** Adds the command `plateline watch remove`. */
export function addWatchRemove(watch: Command): void {
  watch
    .command('remove')
    .summary('take a plate off a list, or delete a list')
    .description('Takes a plate off a list. With --all the command deletes the list with all its plates.')
    .argument('<list>', 'the name of the list', parseListName)
    .argument('[plate...]', 'the whole plate, as people write it')
    .option('--all', 'delete the list')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline watch remove blocked 12가3456 --stage prod\n' +
        '  plateline watch remove visitors --all\n',
    )
    .action(
      async (list: string, words: readonly string[], { all }: { readonly all?: true }, command: Command) => {
        const plate = words.join(' ');
        if ((plate === '') !== (all === true)) {
          throw new CommandError('USAGE', 'Name a plate, or add --all to delete the list.');
        }
        await (all ? deleteList(list, command) : removePlate(list, plate, command));
      },
    );
}

async function removePlate(list: string, plate: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { listsTable } = resourcesOf({ stage });
  const table = { dynamodb: createDynamoDBClient(connection), tableName: listsTable };
  const { plateKey } = classifyPlate(plate);
  if (!(await removeEntry(table, list, plateKey))) {
    throw new CommandError('NOT_LISTED', `${plateKey} is not on the list ${list}.`);
  }
  process.stdout.write(
    json ? jsonDocument({ list, removed: [plateKey] }) : `${plateKey} removed from ${list}.\n`,
  );
}

async function deleteList(name: string, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { listsTable } = resourcesOf({ stage });
  const table = { dynamodb: createDynamoDBClient(connection), tableName: listsTable };
  const list = await listNamed(table, name);
  await removeList(table, list);
  const removed = list.entries.map(({ plateKey }) => plateKey);
  process.stdout.write(
    json
      ? jsonDocument({ list: name, removed })
      : `The list ${name} is deleted, with ${amount(removed.length, 'plate')}.\n`,
  );
}
