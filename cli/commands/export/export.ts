import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { addCamera } from '../../options/camera-option.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { amount } from '../../terminal/amount.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { writeWholeFile } from '../../terminal/output-file.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { startCounter } from '../../terminal/progress.ts';
import { createCsvStream } from '../../terminal/csv-stream.ts';
import { exportColumns } from './export-columns.ts';

const formats = ['csv', 'jsonl'] as const;

type ExportOptions = {
  readonly format?: (typeof formats)[number];
  readonly camera?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
};

/** Adds the command `plateline export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .summary('write records as CSV or JSON Lines')
    .description(
      'Writes the records of pictures captured in a span of time, for each camera the newest first. ' +
        'Without --camera the command reads the whole table, and the records have no order; it says so on standard error.',
    )
    .addOption(
      new Option('--format <format>', 'csv for a spreadsheet (the default), jsonl for programs').choices(
        formats,
      ),
    )
    .option('--camera <name>', 'only records of this camera; may be repeated', addCamera)
    .option('--since <time>', 'captured then or later')
    .option('--until <time>', 'captured then or earlier')
    .option(
      '--output <file>',
      'write this file, which appears only when it is complete (default: standard output)',
      parseFile,
    )
    .addHelpText(
      'after',
      `\n${timeHelp}\n` +
        '\nThe CSV is UTF-8 with a byte order mark. An apostrophe precedes each cell that looks like\n' +
        'a formula; control characters are written as \\u{…}. JSON Lines contain every record as it\n' +
        'is stored; --json is the same. Columns of the CSV:\n' +
        exportColumns.map(({ name, about }) => `  ${name.padEnd(18)}${about}\n`).join('') +
        '\nExamples:\n' +
        '  plateline export --since 2026-11-01 --until 2026-11-30 --output november.csv\n' +
        '  plateline export --camera gate-north --camera gate-south > gates.csv\n' +
        '  plateline export --since 2h --format jsonl --stage prod | jq .plate\n',
    )
    .action(async (options: ExportOptions, command: Command) => {
      await exportRecords(options, command);
    });
}

function parseFile(file: string): string {
  if (/[^/]$/.test(file)) return file;
  throw new InvalidArgumentError('The name of a file must not be empty or end in a slash.');
}

async function exportRecords(options: ExportOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  if (json && options.format === 'csv')
    throw new CommandError('USAGE', '--json cannot be combined with --format csv.');
  const format = json ? 'jsonl' : (options.format ?? 'csv');
  const times = parseTimeSpan(options, Date.now());
  if (times.kind === 'fault') throw new CommandError('USAGE', times.message);

  const { readingsTable } = resourcesOf({ stage, table });
  const search = createRecordSearch(createDynamoDBClient(connection), readingsTable, Date.now);
  const records = search.select(options.camera ?? [], times.span);
  if (options.output === undefined) {
    await writeRecords(records, format, process.stdout, { end: false });
    sayOrder(options.camera);
    return;
  }
  const signal = listenForInterrupt();
  let count = 0;
  await writeWholeFile(options.output, async (file) => {
    count = await writeRecords(records, format, file, { signal });
  });
  sayOrder(options.camera);
  process.stderr.write(`${amount(count, 'record')} written to ${options.output}.\n`);
}

function sayOrder(cameras: readonly string[] | undefined): void {
  if (cameras !== undefined) return;
  process.stderr.write('The records have no order. With --camera they are sorted by capture time.\n');
}

/** Writes no faster than the destination accepts, and returns the number of records. */
async function writeRecords(
  records: AsyncIterable<PictureRecord>,
  format: (typeof formats)[number],
  destination: Writable,
  options: { readonly signal?: AbortSignal; readonly end?: boolean },
): Promise<number> {
  const counter = startCounter('records');
  let count = 0;
  async function* each<Piece>(
    pieceOf: (record: PictureRecord) => Piece,
  ): AsyncGenerator<Piece, void, undefined> {
    for await (const record of records) {
      yield pieceOf(record);
      counter.update(++count);
    }
  }
  try {
    if (format === 'csv') {
      const rows = Readable.from(each((record) => exportColumns.map(({ cellOf }) => cellOf(record))));
      await pipeline(rows, createCsvStream(exportColumns.map(({ name }) => name)), destination, options);
    } else {
      await pipeline(Readable.from(each(jsonLine)), destination, options);
    }
    return count;
  } finally {
    counter.stop();
  }
}
