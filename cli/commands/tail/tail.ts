import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Option, type Command } from 'commander';
import pLimit from 'p-limit';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { koreaDayOf } from '../../../functions/core/record/usage.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { untilItPasses } from '../../aws/until-it-passes.ts';
import { readUsage } from '../../aws/usage-items.ts';
import { addCamera } from '../../options/camera-option.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { createNewReadings } from './new-readings.ts';

type TailOptions = { readonly camera: readonly string[]; readonly since: string; readonly interval: number };

const dayMs = 24 * 3600 * 1000;
const queriesAtOnce = 10;

/** Adds the command `plateline tail`. */
export function addTail(program: Command): void {
  program
    .command('tail')
    .summary('show new records as they arrive')
    .description(
      'Shows each record once when it becomes final, and each picture that waits with its reason, until Ctrl-C. ' +
        'After the first poll it also waits for a lost network, for an overloaded AWS and for a login.',
    )
    .addOption(
      new Option('--camera <name>', 'only pictures of this camera; may be repeated')
        .argParser(addCamera)
        .default([], 'all with pictures today or yesterday'),
    )
    .option('--since <time>', 'only pictures captured since then; this time moves with the clock', '1h')
    .option('--interval <seconds>', 'time between two polls, 1 to 3600', wholeNumber(1, 3600), 2)
    .addHelpText(
      'after',
      `\nEach poll reads all records of each camera since that time. With --json each\nrecord is a line.\n\n${timeHelp}\n\nExamples:\n` +
        '  plateline tail --stage prod\n' +
        '  plateline tail --camera gate-north --since 10m --json\n',
    )
    .action(async (options: TailOptions, command: Command) => {
      await tail(options, command);
    });
}

async function tail(options: TailOptions, command: Command): Promise<never> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable, usageTable } = resourcesOf({ stage, table });
  const dynamodb = createDynamoDBClient(connection);
  const windowMs = windowOf(options.since);
  const newReadings = createNewReadings();

  let lastPollMs = Date.now();
  const poll = async () => {
    const nowMs = Date.now();
    // The window ends at the last successful poll, so that an outage hides nothing, however long it is.
    const windowEndMs = Math.min(lastPollMs, nowMs);
    const since = new Date(windowEndMs - windowMs).toISOString();
    const cameras =
      options.camera.length > 0 ? options.camera : await camerasOf(dynamodb, usageTable, windowEndMs, nowMs);
    const records = await recordsSince(dynamodb, readingsTable, cameras, since);
    lastPollMs = nowMs;
    return newReadings.take(records, since);
  };

  // Records from before the start are not new.
  await poll();
  if (!json) process.stdout.write(`${row(['captured (KST)', 'status', 'plate', 'confidence', 'picture'])}\n`);
  const intervalMs = options.interval * 1000;
  for (;;) {
    await delay(intervalMs);
    for (const record of await untilItPasses(poll, intervalMs)) {
      process.stdout.write(json ? jsonLine(record) : `${recordRow(record)}\n`);
    }
  }
}

/** Milliseconds from `--since` to now. */
function windowOf(sinceOption: string): number {
  const nowMs = Date.now();
  const parsed = parseTimeSpan({ since: sinceOption }, nowMs);
  if (parsed.kind === 'fault') throw new CommandError('USAGE', parsed.message);
  const windowMs = nowMs - Date.parse(parsed.span.since ?? '');
  if (windowMs > 0) return windowMs;
  throw new CommandError('USAGE', '--since is in the future.');
}

/** The cameras with pictures from the day before `firstMs` through the day of `lastMs`, in Korea. */
async function camerasOf(
  dynamodb: DynamoDBClient,
  usageTable: string,
  firstMs: number,
  lastMs: number,
): Promise<readonly string[]> {
  const days = { firstDay: koreaDayOf(firstMs - dayMs), lastDay: koreaDayOf(lastMs) };
  const usage = await readUsage(dynamodb, usageTable, days);
  return [...new Set(usage.map(({ camera }) => camera))];
}

async function recordsSince(
  dynamodb: DynamoDBClient,
  readingsTable: string,
  cameras: readonly string[],
  since: string,
): Promise<PictureRecord[]> {
  const limit = pLimit(queriesAtOnce);
  const search = createRecordSearch(dynamodb, readingsTable, Date.now);
  const readings: PictureRecord[] = [];
  const readCamera = async (camera: string) => {
    const request = { index: 'byCamera', value: camera, span: { since } } as const;
    for await (const reading of search.query(request)) readings.push(reading);
  };
  await Promise.all(cameras.map((camera) => limit(() => readCamera(camera))));
  return readings;
}

function recordRow({ capturedAt, status, plate, plateHash, confidence, key, reason }: PictureRecord): string {
  return row([
    koreaTimeOf(capturedAt),
    status,
    plateTextOf({ plate, plateHash }) ?? '',
    confidence?.toFixed(2) ?? '',
    reason ? `${key}: ${reason.message}` : key,
  ]);
}

/** Fixed widths, so that each row can be printed when it arrives. */
function row(cells: readonly string[]): string {
  return formatTable(
    [cells],
    [{ width: 20 }, { width: 11 }, { width: 14 }, { width: 11, align: 'right' }, {}],
  );
}
