import { InvalidArgumentError, type Command } from 'commander';
import { parseBucketPrefix, type BucketPrefix } from '../../aws/bucket-prefix.ts';
import { createDynamoDBClient, createS3Client, createSqsClient } from '../../aws/clients.ts';
import { queueUrlOf } from '../../aws/queue-url.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { amount } from '../../terminal/amount.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { startCounter } from '../../terminal/progress.ts';
import { countCost, describeCost } from './backfill-cost.ts';
import { judgeObjects } from './backfill-pictures.ts';
import { backfillStateFileName, readBackfillState, writeBackfillState } from './backfill-state.ts';
import { listObjects } from './listed-objects.ts';
import { sendPictures } from './send-pictures.ts';

type BackfillOptions = { readonly rate: number; readonly state?: string; readonly dryRun?: true };

/** Adds the command `plateline backfill`. */
export function addBackfill(program: Command): void {
  program
    .command('backfill')
    .summary('send the existing objects of a bucket through the queue')
    .description(
      'Announces the objects of a bucket to the queue as if they were uploaded now, except those with a final record and archived ones that are not restored. ' +
        'After Ctrl-C or a failure, the same command continues from there. A picture that is sent twice still costs only one call.',
    )
    .argument('<s3://bucket/prefix>', 'which objects; the prefix may be empty', parseSource)
    .option('--rate <number>', 'pictures to send per second, 1 to 1000', wholeNumber(1, 1000), 10)
    .option(
      '--state <file>',
      'file with the progress, deleted when all is sent (default: .plateline-backfill-{hash}.json in this directory)',
    )
    .option(
      '--dry-run',
      'send nothing; count the pictures and the calls of the endpoint that they would cost without repeated calls',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline backfill s3://my-bucket/2026/11/ --stage prod --dry-run\n' +
        '  plateline backfill s3://my-bucket/2026/11/ --stage prod --rate 50\n',
    )
    .action(async (source: Source, options: BackfillOptions, command: Command) => {
      await backfill(source, options, command);
    });
}

type Source = BucketPrefix & { readonly uri: string };

function parseSource(uri: string): Source {
  const source = parseBucketPrefix(uri);
  if (source) return { ...source, uri };
  throw new InvalidArgumentError('It must have the form s3://bucket/prefix.');
}

async function backfill(source: Source, options: BackfillOptions, command: Command): Promise<void> {
  const { queue } = resourcesOf(globalOptionsOf(command));
  if (!source.bucket.startsWith(`${queue}-`)) {
    process.stderr.write(
      `The bucket of this stage is named ${queue}-…. The function can read ${source.bucket} only if its role allows it (parameter existingBucket); otherwise the pictures wait.\n`,
    );
  }
  await (options.dryRun ? showCost(source, options, command) : send(source, options, command));
}

async function showCost(source: Source, { rate }: BackfillOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable } = resourcesOf({ stage, table });
  const dynamodb = createDynamoDBClient(connection);
  const objects = listObjects(createS3Client(connection), source);
  const cost = await countCost(judgeObjects(dynamodb, readingsTable, source.bucket, objects));
  if (cost.pictures === 0) throw nothingFound(source);
  process.stdout.write(json ? jsonDocument({ uri: source.uri, ...cost }) : describeCost(cost, rate));
}

async function send(source: Source, { rate, state }: BackfillOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable, queue } = resourcesOf({ stage, table });
  const s3 = createS3Client(connection);
  const sqs = createSqsClient(connection);
  const dynamodb = createDynamoDBClient(connection);

  const queueUrl = await queueUrlOf(sqs, queue);
  const stateFile = state ?? backfillStateFileName(source.uri, queueUrl);
  const before = await readBackfillState(stateFile, source.uri, queueUrl);
  const left = await countObjects(listObjects(s3, source, before?.afterKey));
  if (before?.afterKey !== undefined) {
    process.stderr.write(
      `Continuing after ${escapeControls(before.afterKey)}, from ${stateFile}: ${amount(before.sent, 'picture')} sent and ${before.skipped} skipped before.\n`,
    );
  } else if (left === 0) {
    throw nothingFound(source);
  }
  const start = before ?? { uri: source.uri, queueUrl, sent: 0, skipped: 0, archived: 0 };
  // Before anything is sent, so that an unwritable file costs nothing.
  await writeBackfillState(stateFile, start);
  const objects = listObjects(s3, source, start.afterKey);
  const pictures = judgeObjects(dynamodb, readingsTable, source.bucket, objects);
  const { sent, skipped, archived } = await sendPictures({ sqs, pictures, left, rate, stateFile, start });
  process.stdout.write(
    json
      ? jsonDocument({ uri: source.uri, sent, skipped, archived })
      : `Sent ${amount(sent, 'picture')} to ${queue}; skipped ${amount(skipped, 'picture')} with a final record.\n` +
          leftOut(archived),
  );
}

function leftOut(archived: number): string {
  if (archived === 0) return '';
  return `Left out ${amount(archived, 'archived picture')}. Restore them in S3, then run the same command.\n`;
}

async function countObjects(objects: AsyncIterable<unknown>): Promise<number> {
  const counter = startCounter('objects listed');
  try {
    const iterator = objects[Symbol.asyncIterator]();
    let total = 0;
    while (!(await iterator.next()).done) {
      total += 1;
      counter.update(total);
    }
    return total;
  } finally {
    counter.stop();
  }
}

function nothingFound({ bucket, prefix }: BucketPrefix): CommandError {
  const sentence =
    prefix === ''
      ? `There is no object in the bucket ${bucket}.`
      : `The bucket ${bucket} has no object whose key begins with ${prefix}`;
  return new CommandError('NOTHING_FOUND', sentence);
}
