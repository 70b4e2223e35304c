import { Option, type Command } from 'commander';
import { usageCounters } from '../../../functions/core/record/usage.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { readUsage } from '../../aws/usage-items.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { parseUsagePeriod, type UsagePeriod } from '../../usage/usage-period.ts';
import {
  estimateMonth,
  groupUsage,
  totalOf,
  type Counts,
  type MonthEstimate,
  type UsageRow,
} from '../../usage/usage-summary.ts';

type UsageOptions = {
  readonly month?: string;
  readonly since?: string;
  readonly until?: string;
  readonly by?: 'day' | 'camera';
};

const headings: Readonly<Record<keyof Counts, string>> = {
  pictures: 'pictures',
  reads: 'reads',
  noPlates: 'no plate',
  unreadable: 'unreadable',
  rejected: 'rejected',
  gone: 'gone',
  unavailable: 'unavailable',
  calls: 'calls',
  capturedAtFaults: 'wrong time',
  keysNotMatched: 'key not matched',
};

/** Columns that only a stage with such pictures needs. */
const rareCounters: ReadonlySet<keyof Counts> = new Set([
  'unavailable',
  'capturedAtFaults',
  'keysNotMatched',
]);

/** Adds the command `plateline usage`. */
export function addUsage(program: Command): void {
  program
    .command('usage')
    .summary('show the counts of pictures and endpoint calls, and estimate the month')
    .description(
      'Shows by day and camera what the pipeline counted: pictures with a final record by their status, and all calls of the endpoint, including refused ones. ' +
        'Columns for unavailable pictures, wrong times and keys that do not match the key template appear only if there are any. ' +
        'Days are those of Korea. A picture counts on the day of its record, whenever it was captured. ' +
        'The counts of an invocation that was killed before it could save them are missing.',
    )
    .option('--month <yyyy-MM>', 'the month to show (default: the current one)')
    .option('--since <time>', 'first day, instead of a month')
    .option('--until <time>', 'last day (default: today)')
    .addOption(
      new Option('--by <what>', 'one row for each day, or for each camera').choices(['day', 'camera']),
    )
    .addHelpText(
      'after',
      '\nThe estimate is linear: the counts so far, divided by the days that have passed (including the\n' +
        'fraction of today), times the days of the month.\n' +
        '\nExamples:\n' +
        '  plateline usage --stage prod\n' +
        '  plateline usage --month 2026-10 --by camera\n' +
        '  plateline usage --since 7d --by day --json\n',
    )
    .action(async (options: UsageOptions, command: Command) => {
      await showUsage(options, command);
    });
}

async function showUsage(options: UsageOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  if (table !== undefined) {
    throw new CommandError(
      'USAGE',
      '--table names a table of readings, which usage does not read. Name the stage with --stage.',
    );
  }
  const nowMs = Date.now();
  const parsed = parseUsagePeriod(options, nowMs);
  if (parsed.kind === 'fault') throw new CommandError('USAGE', parsed.message);
  const { period } = parsed;

  const { usageTable } = resourcesOf({ stage });
  const items = await readUsage(createDynamoDBClient(connection), usageTable, period);
  const rows = groupUsage(items, options.by ?? 'day-and-camera');
  const total = totalOf(items);
  const estimate = period.month === undefined ? undefined : estimateMonth(total, period.month, nowMs);
  process.stdout.write(
    json
      ? jsonDocument({
          ...period,
          rows: rows.map(({ counts, ...of }) => ({ ...of, ...counts })),
          total,
          ...(estimate && {
            estimate: {
              daysPassed: estimate.daysPassed,
              daysInMonth: estimate.daysInMonth,
              ...estimate.counts,
            },
          }),
        })
      : describe(period, rows, total, estimate),
  );
}

function describe(
  { firstDay, lastDay }: UsagePeriod,
  rows: readonly UsageRow[],
  total: Counts,
  estimate: MonthEstimate | undefined,
): string {
  const span = firstDay === lastDay ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
  const first = rows[0];
  if (first === undefined) return `Nothing was counted ${span}.\n`;

  const counters = usageCounters.filter((counter) => total[counter] > 0 || !rareCounters.has(counter));
  const groups = (['day', 'camera'] as const).filter((group) => first[group] !== undefined);
  const cells = (titles: readonly string[], counts: Counts) => [
    ...titles,
    ...counters.map((counter) => counts[counter].toLocaleString('en')),
  ];
  const blanks = groups.slice(1).map(() => '');
  return (
    formatTable(
      [
        [...groups, ...counters.map((counter) => headings[counter])],
        ...rows.map(({ counts, ...row }) =>
          cells(
            groups.map((group) => row[group] ?? ''),
            counts,
          ),
        ),
        cells(['total', ...blanks], total),
        ...(estimate ? [cells(['estimate', ...blanks], estimate.counts)] : []),
      ],
      [...groups.map(() => ({})), ...counters.map(() => ({ align: 'right' as const }))],
    ) +
    `\n\nCounted ${span}.` +
    (estimate
      ? ` The estimate is for the whole month, from ${estimate.daysPassed.toFixed(1)} of its ${estimate.daysInMonth} days.\n`
      : '\n')
  );
}
