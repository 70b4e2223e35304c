import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { rulesVersion } from '../../../functions/core/plate/plate-rules.ts';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { defaultReviewBelowConfidence } from '../../../functions/core/record/build-record.ts';
import { parseConfidence } from '../../../functions/core/record/confidence.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { addCamera } from '../../options/camera-option.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { startCounter } from '../../terminal/progress.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import {
  createReclassificationTally,
  type Example,
  type ReclassificationSummary,
} from './reclassification-tally.ts';
import { changesOf, type AttributeChange } from './reclassification.ts';
import { writeChanges } from './reclassified-record.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { formatTable } from '../../terminal/table.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { createTokenBucket } from '../../aws/token-bucket.ts';
import { wholeNumber } from '../../options/whole-number.ts';

type ReclassifyOptions = {
  readonly dryRun?: true;
  readonly camera?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly reviewBelow?: number;
  readonly rate: number;
};

const maxWritesAtOnce = 10;

export function addReclassify(program: Command): void {
  program
    .command('reclassify')
    .summary("apply today's plate rules to stored reads")
    .description(
      "Classifies the stored reads by this version's rules and writes what differs; the reads themselves stay as they are, and the endpoint is not called. " +
        'Without --camera the whole table is read. It may be stopped at any time: run again, it changes only what is left.',
    )
    .option('--dry-run', 'only show what would change')
    .option('--camera <name>', 'records of this camera; may be repeated', addCamera)
    .option('--since <time>', 'captured then or later')
    .option('--until <time>', 'captured then or earlier')
    .option(
      '--review-below <confidence>',
      `reads below this confidence need review, 0 to 1; without it needsReview changes only where the verdict does, and then as if it were ${defaultReviewBelowConfidence}`,
      readConfidence,
    )
    .option('--rate <number>', 'records written in a second, 1 to 1000', wholeNumber(1, 1000), 100)
    .addHelpText(
      'after',
      `\n${timeHelp}\n` +
        '\nExamples:\n' +
        '  plateline reclassify --dry-run\n' +
        '  plateline reclassify --stage prod --camera gate-north --since 30d\n',
    )
    .action(async (options: ReclassifyOptions, command: Command) => {
      await reclassify(options, command);
    });
}

function readConfidence(text: string): number {
  const confidence = parseConfidence(text);
  if (confidence !== undefined) return confidence;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

async function reclassify(options: ReclassifyOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { dryRun = false, camera: cameras = [], reviewBelow, rate } = options;
  const times = parseTimeSpan(options, Date.now());
  if (times.kind === 'fault') throw new CommandError('USAGE', times.message);

  const { readingsTable } = resourcesOf({ stage, table });
  const dynamodb = createDynamoDBClient(connection);
  const tokens = createTokenBucket({ perSecond: rate, now: () => performance.now(), sleep: delay });
  const tally = createReclassificationTally();
  let overtaken = 0;
  let batch: (readonly [PictureRecord, readonly AttributeChange[]])[] = [];
  const writeBatch = async () => {
    await tokens.take(batch.length);
    const ends = await Promise.all(
      batch.map(([reading, changes]) => writeChanges(dynamodb, readingsTable, reading, changes)),
    );
    overtaken += ends.filter((end) => end === 'overtaken').length;
    batch = [];
  };

  const counter = startCounter('reads looked at');
  let reads = 0;
  try {
    for await (const reading of createRecordSearch(dynamodb, readingsTable).select(cameras, times.span)) {
      if (reading.status !== 'READ') continue;
      counter.update(++reads);
      const changes = changesOf(reading, reviewBelow);
      tally.add(reading, changes);
      if (changes.length > 0 && !dryRun) batch.push([reading, changes]);
      if (batch.length === Math.min(maxWritesAtOnce, rate)) await writeBatch();
    }
    await writeBatch();
  } finally {
    counter.stop();
  }

  const summary = tally.summary();
  process.stdout.write(
    json
      ? jsonDocument({ rulesVersion, dryRun, ...summary, overtaken })
      : describe(summary, { dryRun, overtaken }),
  );
}

function describe(
  { reads, changed, attributes, classes, examples }: ReclassificationSummary,
  { dryRun, overtaken }: { readonly dryRun: boolean; readonly overtaken: number },
): string {
  const count = (number: number) => number.toLocaleString('en');
  const sections = [
    section(
      ['attribute', 'records'],
      attributes.map(({ attribute, records }) => [attribute, count(records)]),
    ),
    section(
      ['class before', 'class now', 'records'],
      classes.map(({ before, after, records }) => [before, after, count(records)]),
    ),
    section(['plate', 'attribute', 'before', 'now', 'for example in'], examples.flatMap(exampleRows)),
  ];
  const end = dryRun
    ? `${count(changed)} would change. Nothing was written.`
    : `${count(changed - overtaken)} were changed.` +
      (overtaken > 0 ? ` ${count(overtaken)} were not: they are gone, or have another read by now.` : '');
  return `${sections.join('')}Rules ${rulesVersion}: ${count(reads)} reads looked at, ${end}\n`;
}

/** A table and an empty line; nothing where it has no rows. */
function section(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title) => (title === 'records' ? ({ align: 'right' } as const) : {}));
  return rows.length === 0 ? '' : `${formatTable([header, ...rows], columns)}\n\n`;
}

/** A row for each change; the plate and its picture stand in the first. */
function exampleRows({ imageId, plate = '', changes }: Example): string[][] {
  return changes.map(({ attribute, before, after }, index) => [
    index === 0 ? plate : '',
    attribute,
    valueText(before),
    valueText(after),
    index === 0 ? imageId : '',
  ]);
}

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
