import { setTimeout as delay } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { InvalidArgumentError, type Command } from 'commander';
import { amount } from '../../terminal/amount.ts';
import { judgeObjects, type BackfillPicture } from './backfill-pictures.ts';
import {
  backfillStateFileName,
  readBackfillState,
  removeBackfillState,
  writeBackfillState,
  type BackfillState,
} from './backfill-state.ts';
import { parseBucketPrefix, type BucketPrefix } from '../../aws/bucket-prefix.ts';
import { createDynamoDBClient, createS3Client, createSqsClient } from '../../aws/clients.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { startCounter } from '../../terminal/progress.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { listObjects } from './listed-objects.ts';
import { startProgress } from '../../terminal/progress.ts';
import { queueUrlOf } from '../../aws/queue-url.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { maxBatchSize, sendMessages } from './send-messages.ts';
import { createTokenBucket } from '../../aws/token-bucket.ts';
import { wholeNumber } from '../../options/whole-number.ts';

type BackfillOptions = { readonly rate: number; readonly state?: string; readonly dryRun?: true };

/** After so many objects in a row that have their records it is written down how far it came. */
const skippedBetweenStates = 1000;

export function addBackfill(program: Command): void {
  program
    .command('backfill')
    .summary('send what already lies in a bucket through the queue')
    .description(
      'Announces the objects of a bucket to the queue, as if each were uploaded now; those with a final record are left out. ' +
        'After Ctrl-C or a failure the same command goes on where it was. A picture that is sent twice costs one call all the same.',
    )
    .argument('<s3://bucket/prefix>', 'which objects; the prefix may be empty', parseSource)
    .option('--rate <number>', 'pictures sent in a second, 1 to 1000', wholeNumber(1, 1000), 10)
    .option(
      '--state <file>',
      'where it is written down how far it came (default: .plateline-backfill-{hash}.json here, until it is done)',
    )
    .option(
      '--dry-run',
      'only count, and say what it would cost in calls of the endpoint, where none has to be repeated',
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
  throw new InvalidArgumentError('It must be of the form s3://bucket/prefix.');
}

async function backfill(source: Source, options: BackfillOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable, queue } = resourcesOf({ stage, table });
  const s3 = createS3Client(connection);
  const sqs = createSqsClient(connection);
  const dynamodb = createDynamoDBClient(connection);
  const picturesAfter = (afterKey?: string) =>
    judgeObjects(dynamodb, readingsTable, source.bucket, listObjects(s3, source, afterKey));

  if (!source.bucket.startsWith(`${queue}-`)) {
    process.stderr.write(
      `The stage's own bucket is named ${queue}-…; the function reads ${source.bucket} only if its role allows it, else the pictures wait.\n`,
    );
  }
  if (options.dryRun) {
    const cost = await count(picturesAfter());
    if (cost.pictures === 0) throw nothingFound(source);
    process.stdout.write(json ? jsonDocument({ uri: source.uri, ...cost }) : describe(cost, options.rate));
    return;
  }

  const queueUrl = await queueUrlOf(sqs, queue);
  const stateFile = options.state ?? backfillStateFileName(source.uri, queueUrl);
  const before = await stateBefore(stateFile, source.uri, queueUrl);
  const left = await countObjects(listObjects(s3, source, before?.afterKey));
  if (before?.afterKey !== undefined) {
    process.stderr.write(
      `Going on after ${escapeControls(before.afterKey)}, as ${stateFile} says: ${amount(before.sent, 'picture')} sent and ${before.skipped} left out before.\n`,
    );
  } else if (left === 0) {
    throw nothingFound(source);
  }
  const start = before ?? { uri: source.uri, queueUrl, sent: 0, skipped: 0 };
  // A file that cannot be written is told before anything is sent.
  await writeBackfillState(stateFile, start);
  const pictures = picturesAfter(start.afterKey);
  const sent = await sendPictures({ sqs, pictures, left, rate: options.rate, stateFile, start });
  process.stdout.write(
    json
      ? jsonDocument({ uri: source.uri, sent: sent.sent, skipped: sent.skipped })
      : `Sent ${amount(sent.sent, 'picture')} to ${queue}; left out ${amount(sent.skipped, 'picture')} with a final record.\n`,
  );
}

type Cost = {
  readonly pictures: number;
  readonly recorded: number;
  readonly rejected: number;
  readonly calls: number;
};

async function count(pictures: AsyncIterable<BackfillPicture>): Promise<Cost> {
  const counter = startCounter('objects looked at');
  try {
    const counts = { recorded: 0, rejected: 0, unread: 0 };
    let total = 0;
    for await (const { kind } of pictures) {
      counts[kind] += 1;
      total += 1;
      counter.update(total);
    }
    return { pictures: total, recorded: counts.recorded, rejected: counts.rejected, calls: counts.unread };
  } finally {
    counter.stop();
  }
}

function describe({ pictures, recorded, rejected, calls }: Cost, rate: number): string {
  const seconds = Math.ceil((calls + rejected) / rate);
  const duration = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return (
    `${amount(pictures, 'picture')}: ${recorded.toLocaleString('en')} with a final record, ` +
    `${rejected.toLocaleString('en')} empty or too large, ${calls.toLocaleString('en')} to be read.\n` +
    `Cost: ${amount(calls, 'call')}. Sending takes ${duration} at ${rate} a second. Nothing was sent.\n`
  );
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

async function stateBefore(
  stateFile: string,
  uri: string,
  queueUrl: string,
): Promise<BackfillState | undefined> {
  const stored = await readBackfillState(stateFile);
  if (stored.kind === 'absent') return undefined;
  if (stored.kind === 'damaged') {
    throw new CommandError(
      'DAMAGED_STATE',
      `${stateFile} does not say how far a backfill came; delete it to begin anew, or name another file with --state.`,
    );
  }
  if (stored.state.uri === uri && stored.state.queueUrl === queueUrl) return stored.state;
  throw new CommandError(
    'OTHER_STATE',
    `${stateFile} is of the backfill of ${stored.state.uri} to ${stored.state.queueUrl}; name another file with --state.`,
  );
}

/** Sends in order, and writes down after each acknowledged batch how far it came; returns the last state. */
async function sendPictures({
  sqs,
  pictures,
  left,
  rate,
  stateFile,
  start,
}: {
  readonly sqs: SQSClient;
  readonly pictures: AsyncIterable<BackfillPicture>;
  readonly left: number;
  readonly rate: number;
  readonly stateFile: string;
  readonly start: BackfillState;
}): Promise<BackfillState> {
  const interrupt = listenForInterrupt();
  const tokens = createTokenBucket({
    perSecond: rate,
    now: () => performance.now(),
    sleep: (ms) => delay(ms, undefined, { signal: interrupt }),
  });
  const batchSize = Math.min(maxBatchSize, rate);
  const doneBefore = start.sent + start.skipped;
  const progress = startProgress('pictures', doneBefore + left, doneBefore);
  let state = start;
  let batch: string[] = [];
  let { afterKey } = start;
  let skipped = start.skipped;

  const sendBatch = async () => {
    if (batch.length > 0) {
      await tokens.take(batch.length);
      await sendMessages(sqs, start.queueUrl, batch);
    }
    state = { ...state, afterKey, sent: state.sent + batch.length, skipped };
    batch = [];
    await writeBackfillState(stateFile, state);
    progress.update(state.sent + state.skipped);
  };

  try {
    for await (const picture of pictures) {
      interrupt.throwIfAborted();
      afterKey = picture.key;
      if (picture.kind === 'recorded') skipped += 1;
      else batch.push(picture.body);
      if (batch.length === batchSize || skipped - state.skipped >= skippedBetweenStates) await sendBatch();
    }
    await sendBatch();
  } catch (error) {
    progress.stop();
    process.stderr.write(
      `Stopped: ${amount(state.sent, 'picture')} sent, ${state.skipped} left out. The same command goes on from there.\n`,
    );
    throw error;
  }
  progress.stop();
  await removeBackfillState(stateFile);
  return state;
}

function nothingFound({ bucket, prefix }: BucketPrefix): CommandError {
  const sentence =
    prefix === ''
      ? `There is no object in the bucket ${bucket}.`
      : `The bucket ${bucket} has no object whose key begins with ${prefix}`;
  return new CommandError('NOTHING_FOUND', sentence);
}
