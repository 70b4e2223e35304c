import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseListName } from '../../options/list-name.ts';
import { amount } from '../../terminal/amount.ts';
import { writeWholeFile } from '../../terminal/output-file.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { listCsv } from '../../watch-lists/list-csv.ts';
import { listNamed } from '../../watch-lists/list-named.ts';

/** Adds the command `plateline watch export`. */
export function addWatchExport(watch: Command): void {
  watch
    .command('export')
    .summary('write the plates of a list as CSV')
    .description(
      'Writes the plates of a list as CSV, which watch import reads. With --json it writes the list.',
    )
    .argument('<list>', 'the name of the list', parseListName)
    .option(
      '--output <file>',
      'write this file, which appears only when it is complete (default: standard output)',
    )
    .addHelpText('after', '\nExample:\n  plateline watch export residents --output residents.csv\n')
    .action(async (name: string, { output }: { readonly output?: string }, command: Command) => {
      const { stage, json, ...connection } = globalOptionsOf(command);
      const { listsTable } = resourcesOf({ stage });
      const list = await listNamed(
        { dynamodb: createDynamoDBClient(connection), tableName: listsTable },
        name,
      );
      const write = (destination: Writable, end: boolean) =>
        pipeline(json ? Readable.from([jsonDocument(list)]) : listCsv(list), destination, { end });
      if (output === undefined) {
        await write(process.stdout, false);
        return;
      }
      await writeWholeFile(output, (file) => write(file, true));
      process.stderr.write(`${amount(list.entries.length, 'plate')} written to ${output}.\n`);
    });
}
