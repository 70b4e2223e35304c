import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import * as z from 'zod';
import type { ListSettings } from '../../../functions/core/watch-list/watch-list.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseListName } from '../../options/list-name.ts';
import { amount } from '../../terminal/amount.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { cameraSeparator, entryColumns } from '../../watch-lists/entry-columns.ts';
import { applyImport, planImport, type ImportPlan } from '../../watch-lists/import-list.ts';
import type { ListChange } from '../../watch-lists/list-settings.ts';
import { findList } from '../../watch-lists/stored-list.ts';
import { addListOptions, settingsSentence } from './list-options.ts';

type ImportOptions = ListChange & { readonly replace?: true; readonly dryRun?: true };

/** Adds the command `plateline watch import`. */
export function addWatchImport(watch: Command): void {
  const command = watch
    .command('import')
    .summary('put the plates of a CSV file on a list')
    .description(
      'Puts the plates of a CSV file on a list, and creates the list if there is none. ' +
        'Every line that is refused is reported with its reason; the others are imported. The exit status is 1 if a line was refused.',
    )
    .argument('<list>', 'the name of the list', parseListName)
    .argument('<file>', 'the CSV file; - for standard input')
    .option(
      '--replace',
      'afterwards, take the plates off the list that the file does not have; nothing is changed if a line is refused',
    )
    .option('--dry-run', 'change nothing; report what would change');
  addListOptions(command)
    .addHelpText(
      'after',
      '\nThe file is UTF-8 or, as Excel in Korea saves it, CP949. Its first line can name the columns,\n' +
        'in any order; without names they are in this order:\n' +
        entryColumns.map(({ name, about }) => `  ${name.padEnd(10)}${about}\n`).join('') +
        `Only the plate is needed. Several cameras have a ${cameraSeparator} between them.\n` +
        '\nExamples:\n' +
        '  plateline watch import residents residents.csv --kind unlisted --stage prod\n' +
        '  plateline watch import residents residents.csv --replace --dry-run\n',
    )
    .action(async (list: string, file: string, options: ImportOptions, command: Command) => {
      await importList(list, file, options, command);
    });
}

async function importList(
  name: string,
  file: string,
  options: ImportOptions,
  command: Command,
): Promise<void> {
  const { stage, json, ...connection } = globalOptionsOf(command);
  const { listsTable } = resourcesOf({ stage });
  const table = { dynamodb: createDynamoDBClient(connection), tableName: listsTable };
  const { replace, dryRun = false, ...change } = options;
  const bytes = await readInput(file);
  const plan = planImport(name, await findList(table, name), bytes, { replace, change }, Date.now());
  if (!dryRun) await applyImport(table, plan, change);
  const { settings, added, replaced, removed, refused, isStopped } = plan;
  const result = {
    ...settings,
    dryRun,
    ...{ added: added.length, replaced: replaced.length, removed: removed.length, refused },
  };
  process.stdout.write(json ? jsonDocument(result) : sentencesOf(result, isStopped));
  if (refused.length > 0) process.exitCode = 1;
}

const fileError = z.object({ code: z.string(), syscall: z.string() });

async function readInput(file: string): Promise<Uint8Array> {
  if (file === '-') return await buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    const known = fileError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError('CANNOT_READ', `${file} cannot be read (${known.code}).`, { cause: error });
  }
}

type ImportResult = ListSettings & {
  readonly dryRun: boolean;
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  readonly refused: ImportPlan['refused'];
};

function sentencesOf(result: ImportResult, isStopped: boolean): string {
  const { list, dryRun, added, replaced, removed, refused } = result;
  const lines = refused.map(({ line, message }) => `line ${line}: ${escapeControls(message)}\n`).join('');
  if (isStopped) return `${lines}${amount(refused.length, 'line')} refused, so nothing was changed.\n`;
  const counts = [
    `${amount(added, 'plate')} ${dryRun ? 'would be ' : ''}added`,
    `${replaced} replaced`,
    ...(removed > 0 ? [`${removed} removed`] : []),
    `${amount(refused.length, 'line')} refused`,
  ];
  return `${lines}${counts.join(', ')}. ${list}: ${settingsSentence(result)}.\n`;
}
