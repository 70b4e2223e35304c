import { mkdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, type Command } from 'commander';
import pLimit from 'p-limit';
import * as z from 'zod';
import type { PlateReader } from '../../../functions/plate-reader/plate-reader.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { startReader } from '../../terminal/start-reader.ts';
import { writeWholeFile } from '../../terminal/output-file.ts';
import { startProgress } from '../../terminal/progress.ts';
import { listPictureFiles } from './picture-files.ts';
import { createTablePrinter, printJsonLine, type PictureRead } from './print-pictures.ts';
import { refuseToReplacePictures, savedFileNames } from './saved-file-names.ts';

const fileError = z.object({ code: z.string(), message: z.string() });

type ReadOptions = {
  readonly save?: string;
  readonly minConfidence: number;
  readonly workers?: number;
};

/** Adds `plateline read`: the plates of pictures on this machine. */
export function addRead(program: Command): void {
  program
    .command('read')
    .summary('read the plates in pictures on this machine')
    .description(
      'Reads the plates in JPEG, PNG, WebP, AVIF and HEIC pictures on this machine, without a network. ' +
        'Exits with status 0 if it could read every file, with or without a plate in it, and with status 1 if it could not.',
    )
    .argument('<file-or-folder...>', 'pictures, or folders whose pictures are read')
    .option('--save <folder>', 'write each picture there as JPEG, with its boxes and plates drawn on it')
    .option('--min-confidence <number>', 'leave out plates below this confidence, 0 to 1', parseConfidence, 0)
    .option('--workers <number>', 'pictures to read at once (default: one per processor)', wholeNumber(1, 64))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline read car.jpg\n' +
        '  plateline read photos/ --save drawn/ --min-confidence 0.5\n' +
        '  plateline read photos/ --json\n',
    )
    .action(async (names: readonly string[], options: ReadOptions, command: Command) => {
      await readFiles(await listPictureFiles(names), options, globalOptionsOf(command).json);
    });
}

async function readFiles(files: readonly string[], options: ReadOptions, json: boolean): Promise<void> {
  const savedNames = savedFileNames(files);
  if (options.save !== undefined) {
    await createFolder(options.save);
    await refuseToReplacePictures(files, options.save, savedNames);
  }
  const workers = Math.min(options.workers ?? availableParallelism(), files.length);
  const reader = await startReader({ workers });
  const progress = startProgress('pictures', files.length);
  try {
    const print = json ? printJsonLine : createTablePrinter(files);
    const atOnce = pLimit(workers);
    let done = 0;
    const pictures = files.map((file) =>
      atOnce(async () => {
        const picture = await readPictureFile(reader, file, options.minConfidence);
        progress.update((done += 1));
        return picture;
      }),
    );
    // The first error ends the loop below; those of the pictures after it would end the process.
    for (const picture of pictures) picture.catch(() => undefined);
    // Printed in the order of the arguments, whatever the order in which the workers finish.
    for (const next of pictures) {
      const picture = await next;
      print(picture);
      if (picture.fault !== undefined) process.exitCode = 1;
      else if (options.save !== undefined) await saveDrawing(picture, options.save, savedNames);
    }
  } finally {
    progress.stop();
    await reader.close();
  }
}

async function createFolder(name: string): Promise<void> {
  try {
    await createFolders(path.resolve(name));
  } catch (cause) {
    throw new CommandError('CANNOT_WRITE', `${name} cannot be the folder for --save: ${faultOf(cause)}`, {
      cause,
    });
  }
}

/** With those above it, one by one: Node's own recursion never ends in /proc, where nothing can be created. */
async function createFolders(name: string): Promise<void> {
  const found = await stat(name).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (path.dirname(name) !== name) await createFolders(path.dirname(name));
  await mkdir(name);
}

/** Why the file system refuses, in a sentence; every other error is thrown on. */
function faultOf(error: unknown): string {
  const known = fileError.safeParse(error).data;
  if (known === undefined) throw error;
  return `The file system answers ${known.message}.`;
}

async function readPictureFile(
  reader: PlateReader,
  file: string,
  minConfidence: number,
): Promise<PictureRead> {
  const bytes = await readFile(file).catch(faultOf);
  if (typeof bytes === 'string') return { file, plates: [], milliseconds: 0, fault: bytes };
  const startedMs = performance.now();
  const reading = await reader.read(bytes);
  const milliseconds = Math.round(performance.now() - startedMs);
  switch (reading.kind) {
    case 'read':
      return {
        file,
        plates: reading.plates.filter(({ confidence }) => confidence >= minConfidence),
        milliseconds,
      };
    case 'refused':
      return { file, plates: [], milliseconds, fault: reading.reason.message };
  }
}

async function saveDrawing(
  { file, plates }: PictureRead,
  folder: string,
  savedNames: ReadonlyMap<string, string>,
): Promise<void> {
  const { drawReads } = await import('../../drawing/draw-reads.ts');
  const bytes = await readFile(file).catch(faultOf);
  if (typeof bytes === 'string') throw new CommandError('CANNOT_DRAW', `${file}: ${bytes}`);
  const drawing = await drawReads(bytes, plates);
  if (drawing.kind === 'fault') throw new CommandError('CANNOT_DRAW', `${file}: ${drawing.message}`);
  await writeWholeFile(path.join(folder, savedNames.get(file) ?? ''), (destination) =>
    pipeline([drawing.bytes], destination),
  );
}

function parseConfidence(text: string): number {
  const confidence = Number(text);
  if (/^\d(\.\d{1,9})?$/.test(text) && confidence <= 1) return confidence;
  throw new InvalidArgumentError('It must be a number from 0 to 1, such as 0.5.');
}
