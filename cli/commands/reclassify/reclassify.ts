import { InvalidArgumentError, type Command } from 'commander';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { rulesVersion } from '../../../functions/core/plate/plate-rules.ts';
import { defaultReviewBelowConfidence } from '../../../functions/core/record/build-record.ts';
import { parseConfidence } from '../../../functions/core/record/confidence.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { currentPlateOf } from '../../../functions/core/record/review.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { addCamera } from '../../options/camera-option.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { startCounter } from '../../terminal/progress.ts';
import { describeReclassification } from './reclassification-report.ts';
import { createReclassificationTally } from './reclassification-tally.ts';
import { changesOf } from './reclassification.ts';
import { createChangeWriter } from './write-changes.ts';

type ReclassifyOptions = {
  readonly dryRun?: true;
  readonly camera?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly reviewBelow?: number;
  readonly rate: number;
};

/** Adds the command `plateline reclassify`. */
export function addReclassify(program: Command): void {
  program
    .command('reclassify')
    .summary('apply the current plate rules to stored reads')
    .description(
      'Classifies the stored reads by the rules of this version and writes what differs. The plates that were read do not change, and the endpoint is not called. ' +
        'Without --camera the command reads the whole table. It can be stopped at any time and run again.',
    )
    .option('--dry-run', 'write nothing; show what would change')
    .option('--camera <name>', 'only records of this camera; may be repeated', addCamera)
    .option('--since <time>', 'captured then or later')
    .option('--until <time>', 'captured then or earlier')
    .option(
      '--review-below <confidence>',
      `reads below this confidence need review, 0 to 1; without this option needsReview changes only with the verdict, by a threshold of ${defaultReviewBelowConfidence}`,
      readConfidence,
    )
    .option('--rate <number>', 'records to write per second, 1 to 1000', wholeNumber(1, 1000), 100)
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
  const records = createRecordSearch(dynamodb, readingsTable, Date.now);
  const writer = createChangeWriter(dynamodb, readingsTable, rate);
  const tally = createReclassificationTally();
  const counter = startCounter('reads looked at');
  let reads = 0;
  let hashed = 0;
  try {
    for await (const record of records.select(cameras, times.span)) {
      if (record.status !== 'READ' && !record.review) continue;
      if (isHidden(record)) {
        hashed += 1;
        continue;
      }
      counter.update(++reads);
      const changes = changesOf(record, reviewBelow);
      tally.add(record, changes);
      if (changes.length > 0 && !dryRun) await writer.add(record, changes);
    }
    await writer.flush();
  } finally {
    counter.stop();
  }

  const summary = tally.summary();
  const overtaken = writer.overtaken();
  process.stdout.write(
    json
      ? jsonDocument({ rulesVersion, dryRun, ...summary, overtaken, hashed })
      : describeReclassification(summary, { dryRun, overtaken, hashed }),
  );
}

/** No rule can be applied to a plate that is kept as a hash; a person may have named it. */
function isHidden(record: PictureRecord): boolean {
  return record.plateHash !== undefined && currentPlateOf(record) === undefined;
}
