import { InvalidArgumentError, Option, type Command } from 'commander';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import { shownPlateOf } from '../../../functions/core/record/review.ts';
import { findRecords, type Search } from '../../../functions/core/search/find-records.ts';
import { lookupFor } from '../../../functions/core/search/plate-lookup.ts';
import {
  parseToken,
  positionOf,
  tokenOf,
  type FoundRecord,
  type SearchPosition,
} from '../../../functions/core/search/search-position.ts';
import type { TimeSpan } from '../../../functions/core/search/time-span.ts';
import {
  distanceTo,
  parseWantedPlate,
  type WantedPlate,
} from '../../../functions/core/search/wanted-plate.ts';
import { addCamera } from '../../options/camera-option.ts';
import { createDynamoDBClient, createSsmClient } from '../../aws/clients.ts';
import { wantedInStage } from '../../aws/plate-hash.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { startCounter } from '../../terminal/progress.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { reviewText } from '../../terminal/review-text.ts';
import { formatTable } from '../../terminal/table.ts';
import { parseTimeSpan, timeHelp } from '../../options/time-span.ts';
import { sentenceFor } from './wanted-plate-sentence.ts';
import { wholeNumber } from '../../options/whole-number.ts';

type FindOptions = {
  readonly last?: string;
  readonly fuzzy?: true;
  readonly distance: number;
  readonly camera?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly startingToken?: SearchPosition;
  readonly scan?: true;
};

/** Adds the command `plateline find`. */
export function addFind(program: Command): void {
  program
    .command('find')
    .summary('find the pictures of a plate')
    .description(
      'Finds the pictures of a plate, the newest first. Write the plate as people write it, or a part of it, ' +
        'in which * stands for any text and ? for one character. Most parts need --camera, unless they end in four digits. ' +
        'Of a picture with several plates, only the best read is searched.',
    )
    .argument('[plate...]', "the plate, or a part of it in quotation marks: '12가*', '*3456'")
    .option('--last <digits>', 'the last four digits instead of a plate')
    .option(
      '--fuzzy',
      'also find similar plates, the nearest first. The distance is 0.5 for a syllable that differs in one part (하 허, 배 바) and for 0/O 1/I 8/B 5/S, ' +
        'and 1 for any other character and for a lost upper line (바5215). Without --camera or --scan the last four must be digits, of which at most one may differ',
    )
    .addOption(
      new Option('--distance <number>', 'greatest distance of a similar plate, 0.5 to 3')
        .argParser(parseDistance)
        .default(1)
        .implies({ fuzzy: true }),
    )
    .option('--camera <name>', 'only pictures of this camera; may be repeated', addCamera)
    .option('--since <time>', 'captured then or later')
    .option('--until <time>', 'captured then or earlier')
    .option('--limit <number>', 'how many pictures to show, 1 to 1000', wholeNumber(1, 1000), 20)
    .option(
      '--starting-token <token>',
      'continue after the last picture of an earlier page',
      parseStartingToken,
    )
    .option('--scan', 'read the whole table if no index helps; the cost grows with the table')
    .addHelpText(
      'after',
      `\n${timeHelp}\n\nExamples:\n` +
        '  plateline find 123가4567 --stage prod\n' +
        '  plateline find --last 3456 --since 2h\n' +
        "  plateline find '12가*' --camera gate-north --since 2026-11-20 --until 2026-11-22\n" +
        '  plateline find 12하3456 --fuzzy\n',
    )
    .action(async (words: readonly string[], options: FindOptions, command: Command) => {
      await find(words.length === 0 ? undefined : words.join(' '), options, command);
    });
}

async function find(plate: string | undefined, options: FindOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable, hashKeyParameter } = resourcesOf({ stage, table });
  const { typed, span } = requestOf(plate, options);
  const { wanted, note } = await wantedInStage(createSsmClient(connection), hashKeyParameter, typed);
  const search = searchOf(wanted, span, options);
  const records = createRecordSearch(createDynamoDBClient(connection), readingsTable, Date.now);

  // One more than is shown, to know whether there are more.
  const found = await readAndCount((onRead) => findRecords(records, search, options.limit + 1, onRead));
  const shown = found.slice(0, options.limit);
  const last = found.length > shown.length ? shown.at(-1) : undefined;
  const nextToken = last && tokenOf(positionOf(last));

  if (note !== undefined) process.stderr.write(`${escapeControls(note.message)}\n`);
  if (json) {
    const readings = shown.map(({ record, distance }) => ({ ...record, distance }));
    process.stdout.write(jsonDocument({ readings, ...(nextToken !== undefined && { nextToken }) }));
    return;
  }
  if (shown.length > 0) process.stdout.write(`${foundTable(shown, search.nearestFirst)}\n`);
  else process.stderr.write(`No picture of such a plate was found.${hintFor(plate, search)}\n`);
  if (nextToken !== undefined) process.stderr.write(`There are more: --starting-token ${nextToken}\n`);
}

/** What may help a person who found nothing. */
function hintFor(plate = '', { wantedKey }: { readonly wantedKey: string | undefined }): string {
  // People who know only the last four digits often type them as a plate.
  if (/^\d{4}$/.test(plate)) return ` For the last four digits: --last ${plate}`;
  if (wantedKey === undefined) return '';
  const { verdict, faults } = classifyPlate(wantedKey);
  return verdict === 'suspect' || faults.length > 0
    ? ` ${escapeControls(wantedKey)} has not the form of a whole plate: ${escapeControls(faults.join('; '))}.`
    : '';
}

async function readAndCount(
  read: (onRead: (records: number) => void) => Promise<FoundRecord[]>,
): Promise<FoundRecord[]> {
  const counter = startCounter('records read');
  try {
    return await read((records) => {
      counter.update(records);
    });
  } finally {
    counter.stop();
  }
}

/** What the options ask for, and when it was captured. */
function requestOf(
  plate: string | undefined,
  options: FindOptions,
): { readonly typed: WantedPlate; readonly span: TimeSpan } {
  const parsedPlate = parseWantedPlate({
    plate,
    lastFour: options.last,
    maxDistance: options.fuzzy && options.distance,
  });
  if (parsedPlate.kind === 'fault')
    throw new CommandError('USAGE', sentenceFor(parsedPlate.fault, options.last));
  const parsedSpan = parseTimeSpan(options, Date.now());
  if (parsedSpan.kind === 'fault') throw new CommandError('USAGE', parsedSpan.message);
  return { typed: parsedPlate.wanted, span: parsedSpan.span };
}

/** `wantedKey` is the wanted plate in its normal form; undefined for a part of a plate. */
function searchOf(
  wanted: WantedPlate,
  span: TimeSpan,
  options: FindOptions,
): Search & { readonly wantedKey: string | undefined } {
  const { scan = false, startingToken } = options;
  const cameras = [...new Set(options.camera)];
  const lookup = lookupFor(wanted, { cameras, scan });
  if (lookup.kind === 'none') {
    throw new CommandError(
      'USAGE',
      'No index helps, because the plate does not end in four digits. Name a camera with --camera, or add --scan to read the whole table.',
    );
  }
  return {
    wantedKey: 'plateKey' in wanted ? wanted.plateKey : undefined,
    lookup,
    distanceTo: distanceTo(wanted),
    nearestFirst: wanted.kind === 'look-alikes',
    cameras,
    span,
    after: startingToken,
  };
}

function foundTable(found: readonly FoundRecord[], withDistance: boolean): string {
  const distanceCell = (text: string) => (withDistance ? [text] : []);
  const isReviewed = found.some(({ record }) => record.review !== undefined);
  const rows = found.map(({ distance, record }) => [
    ...distanceCell(String(distance)),
    koreaTimeOf(record.capturedAt),
    shownPlateOf(record) ?? '',
    record.confidence?.toFixed(2) ?? '',
    record.verdict ?? '',
    ...(isReviewed ? [reviewText(record)] : []),
    record.box ? boxCorners(record.box) : '',
    record.key,
  ]);
  const header = [
    ...distanceCell('distance'),
    'captured (KST)',
    'plate',
    'confidence',
    'verdict',
    ...(isReviewed ? ['review'] : []),
    'box',
    'picture',
  ];
  const rightAligned = new Set(['distance', 'confidence']);
  return formatTable(
    [header, ...rows],
    header.map((name) => ({ align: rightAligned.has(name) ? 'right' : 'left' })),
  );
}

function parseDistance(text: string): number {
  if (/^(0\.5|[12](\.[05])?|3(\.0)?)$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be 0.5, 1, 1.5, 2, 2.5 or 3.');
}

function parseStartingToken(token: string): SearchPosition {
  const position = parseToken(token);
  if (position) return position;
  throw new InvalidArgumentError('It is not a token of an earlier page.');
}
