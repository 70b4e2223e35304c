// npm run evaluate: how many plates the reader reads right, on drawn pictures or on labelled photos, and how
// fast.
import { cpus } from 'node:os';
import { Command } from 'commander';
import { wholeNumber } from '../../cli/options/whole-number.ts';
import { CommandError } from '../../cli/terminal/command-error.ts';
import { startCounter } from '../../cli/terminal/progress.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { formatTable } from '../../cli/terminal/table.ts';
import { committedModels, describeModels } from '../../functions/plate-reader/models.ts';
import { createPlateReader } from '../../functions/plate-reader/plate-reader.ts';
import { drawnSet } from './drawn-set.ts';
import type { EvaluatedPicture } from './evaluated-picture.ts';
import { labelledSet } from './labelled-set.ts';
import { median } from './median.ts';
import { createScore, type Score, type Share } from './score.ts';
import { measureSpeed } from './speed.ts';
import { createTesseract } from './tesseract.ts';

type Options = {
  readonly pictures: number;
  readonly seed: number;
  readonly speed: boolean;
  readonly tesseract: boolean;
};

/** The set that the figures in docs/reader.md come from. */
const committedSeed = 20_261_128;

const program = new Command('npm run evaluate --')
  .description(
    'Reads pictures whose plates are known, and prints how many the reader reads right. ' +
      'Without arguments it draws the pictures; a folder and a file of labels name photos of your own.',
  )
  .argument('[folder]', 'a folder of photos')
  .argument(
    '[labels]',
    'their labels: tab-separated, with the columns file and truth, and if known corners and kind',
  )
  .option('--pictures <number>', 'how many pictures to draw', wholeNumber(1, 100_000), 200)
  .option('--seed <number>', 'which pictures to draw', wholeNumber(0, 2 ** 31), committedSeed)
  .option('--speed', 'measure milliseconds, start, memory and two workers as well', false)
  .option(
    '--tesseract',
    'read the same pictures with Tesseract as well; installs it into .build first',
    false,
  )
  .addHelpText(
    'after',
    '\nExamples:\n  npm run evaluate -- --speed\n  npm run evaluate -- photos/ labels.tsv\n',
  )
  .exitOverride()
  .action(async (folder: string | undefined, labels: string | undefined, options: Options) => {
    if (folder !== undefined && labels === undefined) {
      throw new CommandError('USAGE', 'Name the file of labels after the folder.');
    }
    await evaluate(folder, labels, options);
  });
await runProgram(program);

async function evaluate(
  folder: string | undefined,
  labels: string | undefined,
  options: Options,
): Promise<void> {
  const pictures = () =>
    folder !== undefined && labels !== undefined
      ? labelledSet(folder, labels)
      : drawnSet(options.pictures, options.seed);
  const set = folder ?? `${options.pictures} drawn pictures, seed ${options.seed}`;
  console.log(
    `${set}; ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model ?? 'unknown processor'}\n`,
  );

  const reader = await createPlateReader();
  print(
    `Plateline, models ${(await describeModels(committedModels)).version}`,
    await scoreOf(pictures(), async (bytes) => {
      const reading = await reader.read(bytes);
      return reading.kind === 'read' ? reading.plates : [];
    }),
  );
  await reader.close();
  if (options.tesseract) {
    const tesseract = await createTesseract();
    print('Tesseract, kor', await scoreOf(pictures(), (bytes) => tesseract.read(bytes)));
    await tesseract.close();
  }
  if (options.speed) console.log(`Speed\n\n${formatTable(await measureSpeed(), [{}, { align: 'right' }])}\n`);
}

type Scored = { readonly score: Score; readonly millisecondsMedian: number };

async function scoreOf(
  pictures: AsyncIterable<EvaluatedPicture>,
  read: (bytes: Uint8Array) => Promise<Parameters<ReturnType<typeof createScore>['add']>[1]>,
): Promise<Scored> {
  const score = createScore();
  const milliseconds: number[] = [];
  const progress = startCounter('pictures read');
  try {
    for await (const picture of pictures) {
      const startedMs = performance.now();
      const plates = await read(picture.bytes);
      milliseconds.push(performance.now() - startedMs);
      score.add(picture, plates);
      progress.update(milliseconds.length);
    }
  } finally {
    progress.stop();
  }
  return { score: score.result(), millisecondsMedian: median(milliseconds) };
}

function print(title: string, { score, millisecondsMedian }: Scored): void {
  const kinds = [...score.exactByKind].toSorted(([, one], [, other]) => other.all - one.all);
  const rows: readonly (readonly [string, string])[] = [
    ['plates exactly right', inWords(score.exact)],
    ...kinds.map(([kind, share]): [string, string] => [`  ${kind}`, inWords(share)]),
    ['located (IoU 0.5)', inWords(score.located)],
    ['pictures without a plate that got one (confidence 0.5)', inWords(score.falseReads)],
    ['right among reads with confidence 0.8 or more', inWords(score.rightWhenSure)],
    ...score.rightByConfidence
      .filter(({ share }) => share.all > 0)
      .map(({ from, share }): [string, string] => [
        `  with confidence ${from.toFixed(1)} to ${(from + 0.1).toFixed(1)}`,
        inWords(share),
      ]),
    ['milliseconds a picture, median', millisecondsMedian.toFixed(0)],
  ];
  console.log(`${title}\n\n${formatTable(rows, [{}, { align: 'right' }])}\n`);
}

function inWords({ right, all }: Share): string {
  return all === 0 ? 'none' : `${right} of ${all} = ${((100 * right) / all).toFixed(1)} %`;
}
