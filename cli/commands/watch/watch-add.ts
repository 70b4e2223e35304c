import type { Command } from 'commander';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { addCamera } from '../../options/camera-option.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseListName } from '../../options/list-name.ts';
import { timeHelp } from '../../options/time-span.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { settingsAfter, type ListChange } from '../../watch-lists/list-settings.ts';
import { findList, configureList, putEntry } from '../../watch-lists/stored-list.ts';
import { readEntry } from '../../watch-lists/written-entry.ts';
import { addListOptions, settingsSentence } from './list-options.ts';

type AddOptions = ListChange & {
  readonly note?: string;
  readonly from?: string;
  readonly until?: string;
  readonly days?: string;
  readonly hours?: string;
  readonly camera?: readonly string[];
};

/** Adds the command `plateline watch add`. */
export function addWatchAdd(watch: Command): void {
  const add = watch
    .command('add')
    .summary('put a plate on a list, or change a list')
    .description(
      'Puts a plate on a list, and creates the list if there is none. Case, spaces and hyphens of the plate do not matter. ' +
        'A plate that is already on the list gets the new note, times and cameras. An entry that could never match is refused. ' +
        'Without a plate the command only creates the list or changes its settings.',
    )
    .argument('<list>', 'the name of the list', parseListName)
    .argument('[plate...]', 'the whole plate, as people write it')
    .option('--note <text>', 'up to 200 characters that the alert repeats')
    .option('--from <time>', 'valid from then on')
    .option('--until <time>', 'valid until then; a day is included')
    .option('--days <days>', "valid on these days in Korea's time, such as mon-fri or sat,sun")
    .option('--hours <hours>', "valid at these hours in Korea's time, such as 22:00-06:00")
    .option('--camera <name>', 'valid only for reads of this camera; may be repeated', addCamera);
  addListOptions(add)
    .addHelpText(
      'after',
      `\n${timeHelp}\n\nExamples:\n` +
        '  plateline watch add blocked 12가3456 --note "unpaid since May" --stage prod\n' +
        '  plateline watch add visitors 34나5678 --until 2026-12-31 --days mon-fri --hours 08:00-18:00\n' +
        '  plateline watch add residents --kind unlisted --list-camera gate-north\n',
    )
    .action(async (list: string, words: readonly string[], options: AddOptions, command: Command) => {
      await addEntry(list, words.join(' '), options, command);
    });
}

async function addEntry(list: string, plate: string, options: AddOptions, command: Command): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { listsTable } = resourcesOf({ stage });
  const table = { dynamodb: createDynamoDBClient(connection), tableName: listsTable };
  const { note, from, until, days, hours, camera, ...change } = options;
  if (plate === '') {
    const about = { note, from, until, days, hours, camera };
    const [named] = Object.entries(about).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (named !== undefined) throw new CommandError('USAGE', `--${named} needs a plate.`);
    const settings = settingsAfter(list, await findList(table, list), change);
    await configureList(table, list, change);
    process.stdout.write(json ? jsonDocument(settings) : `${list}: ${settingsSentence(settings)}.\n`);
    return;
  }

  // Before anything is written: a refused plate leaves no new list behind.
  const settings = settingsAfter(list, await findList(table, list), change);
  const cells = { plate, ...defined({ note, from, until, days, hours }), ...(camera && { cameras: camera }) };
  const read = readEntry(cells, settings, Date.now());
  if (read.kind === 'refused') throw new CommandError('REFUSED_ENTRY', read.message);
  const { entry } = read;
  await configureList(table, list, change);
  const replaced = await putEntry(table, list, entry);
  process.stdout.write(
    json
      ? jsonDocument({ ...settings, entry, replaced })
      : `${escapeControls(entry.plateKey)} ${replaced ? 'replaced' : 'added'}. ${list}: ${settingsSentence(settings)}.\n`,
  );
}

function defined(cells: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cells).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
