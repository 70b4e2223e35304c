import type { Command } from 'commander';
import type { WatchList } from '../../../functions/core/watch-list/watch-list.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseListName } from '../../options/list-name.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { entryColumns } from '../../watch-lists/entry-columns.ts';
import { listNamed } from '../../watch-lists/list-named.ts';
import { readLists } from '../../watch-lists/stored-list.ts';
import { settingsSentence } from './list-options.ts';

/** Adds the command `plateline watch list`. */
export function addWatchList(watch: Command): void {
  watch
    .command('list')
    .summary('show the lists, or the plates of one')
    .description('Shows all lists, or one list with its plates.')
    .argument('[list]', 'the name of the list', parseListName)
    .addHelpText(
      'after',
      '\nExamples:\n  plateline watch list --stage prod\n  plateline watch list residents --json\n',
    )
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { stage, json, ...connection } = globalOptionsOf(command);
      const { listsTable } = resourcesOf({ stage });
      const table = { dynamodb: createDynamoDBClient(connection), tableName: listsTable };
      if (name === undefined) {
        const all = await readLists(table);
        process.stdout.write(json ? jsonDocument(all) : tableOfLists(all));
        return;
      }
      const list = await listNamed(table, name);
      process.stdout.write(json ? jsonDocument(list) : tableOfEntries(list));
    });
}

function tableOfLists(lists: readonly WatchList[]): string {
  if (lists.length === 0) return 'There are no lists; plateline watch add creates one.\n';
  const rows = lists.map((list) => [list.list, String(list.entries.length), settingsSentence(list)]);
  return `${formatTable([['list', 'plates', 'settings'], ...rows], [{}, { align: 'right' }, {}])}\n`;
}

/** Without the columns that are empty in every row. */
function tableOfEntries(list: WatchList): string {
  const head = `${list.list}: ${settingsSentence(list)}.\n`;
  if (list.entries.length === 0) return `${head}It has no plates.\n`;
  const columns = entryColumns.filter(({ cellOf }) => list.entries.some((entry) => cellOf(entry) !== ''));
  const rows = list.entries.map((entry) => columns.map(({ cellOf }) => cellOf(entry)));
  return `${head}${formatTable(
    [columns.map(({ name }) => name), ...rows],
    columns.map(() => ({})),
  )}\n`;
}
