import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Option, type Command } from 'commander';
import pLimit from 'p-limit';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { koreaDayOf } from '../../../functions/core/record/usage.ts';
import { addCamera } from '../../options/camera-option.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { createNewReadings } from './new-readings.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { formatTable } from '../../terminal/table.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { readUsage } from '../../aws/usage-items.ts';
import { wholeNumber } from '../../options/whole-number.ts';

type TailOptions = { readonly camera: readonly string[]; readonly since: string; readonly interval: number };

const dayMs = 24 * 3600 * 1000;
const queriesAtOnce = 10;

/**
 * Whoever has looked once had a network, a table and permission. Credentials may be missing because what renews them is away too, or until
 * somebody logs in; those that AWS calls expired are given by hand and read once, so that waiting would not help.
 */
const passingTroubles: ReadonlySet<string> = new Set(['UNREACHABLE', 'NOT_AWS', 'BUSY', 'NO_CREDENTIALS']);

export function addTail(program: Command): void {
  program
    .command('tail')
    .summary('show new records as they come')
    .description(
      'Shows each record once when it becomes final, and pictures that begin to wait with the reason, until Ctrl-C. Once it has looked, it waits for a network that is gone, an overloaded AWS or a login.',
    )
    .addOption(
      new Option('--camera <name>', 'of this camera only; may be repeated')
        .argParser(addCamera)
        .default([], 'all that are counted today or yesterday'),
    )
    .option(
      '--since <time>',
      'watch pictures captured since then; this time moves along with the clock',
      '1h',
    )
    .option('--interval <seconds>', 'between two looks, 1 to 3600', wholeNumber(1, 3600), 2)
    .addHelpText(
      'after',
      `\nEach look reads all records of each camera since that time. With --json each\nrecord is a line.\n\n${timeHelp}\n\nExamples:\n` +
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
  const news = createNewReadings();

  let lastLookMs = Date.now();
  const look = async () => {
    const nowMs = Date.now();
    // Back from the last look that went well: what came in after it is new, however long the network was gone since.
    const backFromMs = Math.min(lastLookMs, nowMs);
    const since = new Date(backFromMs - windowMs).toISOString();
    const cameras =
      options.camera.length > 0 ? options.camera : await camerasOf(dynamodb, usageTable, backFromMs, nowMs);
    const readings = await readingsSince(dynamodb, readingsTable, cameras, since);
    lastLookMs = nowMs;
    return news.take(readings, since);
  };

  // What is there at the start is not new.
  await look();
  if (!json) process.stdout.write(`${row(['captured (KST)', 'status', 'plate', 'confidence', 'picture'])}\n`);
  let toldTrouble: string | undefined;
  for (;;) {
    await delay(options.interval * 1000);
    try {
      for (const reading of await look()) {
        process.stdout.write(json ? jsonLine(reading) : `${readingRow(reading)}\n`);
      }
      toldTrouble = undefined;
    } catch (error) {
      if (!(error instanceof CommandError) || !passingTroubles.has(error.code)) throw error;
      if (error.code !== toldTrouble) {
        process.stderr.write(`Looking again until this passes: ${escapeControls(error.message)}\n`);
      }
      toldTrouble = error.code;
    }
  }
}

function windowOf(sinceOption: string): number {
  const nowMs = Date.now();
  const parsed = parseTimeSpan({ since: sinceOption }, nowMs);
  if (parsed.kind === 'fault') throw new CommandError('USAGE', parsed.message);
  const windowMs = nowMs - Date.parse(parsed.span.since ?? '');
  if (windowMs > 0) return windowMs;
  throw new CommandError('USAGE', '--since is in the future.');
}

/** The cameras that were counted from the day before the first moment on. */
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

async function readingsSince(
  dynamodb: DynamoDBClient,
  readingsTable: string,
  cameras: readonly string[],
  since: string,
): Promise<PictureRecord[]> {
  const limit = pLimit(queriesAtOnce);
  const search = createRecordSearch(dynamodb, readingsTable);
  const readings: PictureRecord[] = [];
  const readCamera = async (camera: string) => {
    const request = { index: 'byCamera', value: camera, span: { since } } as const;
    for await (const reading of search.query(request)) readings.push(reading);
  };
  await Promise.all(cameras.map((camera) => limit(() => readCamera(camera))));
  return readings;
}

function readingRow({ capturedAt, status, plate, confidence, key, reason }: PictureRecord): string {
  return row([
    koreaTimeOf(capturedAt),
    status,
    plate ?? '',
    confidence?.toFixed(2) ?? '',
    reason ? `${key}: ${reason.message}` : key,
  ]);
}

/** Fixed widths, so that each row can be printed as it arrives. */
function row(cells: readonly string[]): string {
  return formatTable(
    [cells],
    [{ width: 20 }, { width: 11 }, { width: 14 }, { width: 11, align: 'right' }, {}],
  );
}
