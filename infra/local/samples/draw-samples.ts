// npm run draw: draws the sample pictures, or one picture with a plate of your own.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeWholeFile } from '../../../cli/terminal/output-file.ts';
import { runProgram } from '../../../cli/terminal/run-program.ts';
import { drawPicture, type Scene } from './draw-picture.ts';
import { isPlateText } from './draw-plate.ts';
import { makeSamples, sampleScenes } from './sample-scenes.ts';

type Options = { readonly plate?: string; readonly scene: string; readonly out?: OutputFile };

type OutputFile = { readonly name: string; readonly fileType: 'jpg' | 'png' };

const scenesWithCars = new Map<string, Scene>(
  Object.entries(sampleScenes).filter(([, scene]) => scene.cars.length > 0),
);
const fileTypes = new Map<string, OutputFile['fileType']>([
  ['.jpg', 'jpg'],
  ['.png', 'png'],
]);

const program = new Command('npm run draw --')
  .description(
    'Draws pictures of cars, with the truth about their plates in the comments of the files. ' +
      'Without --plate and --out it draws all of infra/local/samples/pictures again.',
  )
  .option(
    '--plate <plate>',
    'the plate of the nearest car, such as 123가4567 or, on two lines, 서울12바5215',
    parsePlate,
  )
  .option('--out <file>', 'the file to write, .jpg or .png', parseOutputFile)
  .addOption(
    new Option('--scene <name>', 'what the picture shows').choices([...scenesWithCars.keys()]).default('day'),
  )
  .addHelpText('after', '\nExample:\n  npm run draw -- --plate 34나5678 --scene night --out my.jpg\n')
  .exitOverride()
  .action(draw);
await runProgram(program);

async function draw({ plate, scene, out }: Options, command: Command): Promise<void> {
  if (plate === undefined && out === undefined && command.getOptionValueSource('scene') === 'default') {
    redrawSamples();
    return;
  }
  if (plate === undefined) command.error('error: Name a plate: --plate 123가4567 or --plate 서울12바5215.');
  if (out === undefined) command.error('error: Name the file to write: --out NAME.jpg or --out NAME.png.');
  const bytes = drawOne(plate, scene, out.fileType);
  await writeWholeFile(out.name, (destination) => pipeline([bytes], destination));
  console.log(`${out.name}: ${bytes.length} bytes`);
}

function redrawSamples(): void {
  for (const [file, bytes] of Object.entries(makeSamples())) {
    writeFileSync(new URL(`pictures/${file}`, import.meta.url), bytes);
    console.log(`${file}: ${bytes.length} bytes`);
  }
}

function drawOne(plate: string, sceneName: string, fileType: OutputFile['fileType']): Uint8Array {
  const scene = scenesWithCars.get(sceneName);
  if (scene === undefined) throw new RangeError(`There is no scene ${sceneName}.`);
  const nearest = scene.cars.length - 1;
  const cars = scene.cars.map((car, index) => (index === nearest ? { ...car, plate } : car));
  return drawPicture({ ...scene, cars }, fileType);
}

function parsePlate(text: string): string {
  // Some keyboards compose a Hangul syllable of several characters; NFC makes one of them.
  const plate = text.normalize('NFC');
  if (isPlateText(plate)) return plate;
  throw new InvalidArgumentError('It must be a plate such as 123가4567 or 서울12바5215.');
}

function parseOutputFile(name: string): OutputFile {
  const fileType = fileTypes.get(path.extname(name));
  if (fileType !== undefined) return { name, fileType };
  throw new InvalidArgumentError('The name must end in .jpg or .png.');
}
