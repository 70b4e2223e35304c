import type { Command } from 'commander';
import { addWatchAdd } from './watch-add.ts';
import { addWatchExport } from './watch-export.ts';
import { addWatchImport } from './watch-import.ts';
import { addWatchList } from './watch-list.ts';
import { addWatchRemove } from './watch-remove.ts';

/** Adds the command `plateline watch`. */
export function addWatch(program: Command): void {
  const watch = program
    .command('watch')
    .summary('keep the watch lists: add, remove, list, import, export')
    .description(
      'Keeps the watch lists of a stage. A list alerts when one of its plates is seen, or when a plate is seen that is not on it. ' +
        'A change has an effect within 30 seconds.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  plateline watch add blocked 12가3456 --stage prod\n  plateline watch list --stage prod\n',
    );
  addWatchAdd(watch);
  addWatchRemove(watch);
  addWatchList(watch);
  addWatchImport(watch);
  addWatchExport(watch);
}
