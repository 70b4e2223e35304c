import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPicture, type Scene } from './draw-picture.ts';
import { isPlateText } from './draw-plate.ts';
import { makeSamples, sampleScenes } from './sample-scenes.ts';

const scenes = new Map<string, Scene>(
  Object.entries(sampleScenes).filter(([, scene]) => scene.cars.length > 0),
);
const fileTypes = new Map<string, 'jpg' | 'png'>([
  ['.jpg', 'jpg'],
  ['.png', 'png'],
]);

const help = `Draws pictures of cars, with the truth about their plates in the files' comments.

  npm run draw
      Redraws everything in infra/local/samples/pictures.

  npm run draw -- --plate 34나5678 --scene night --out my.jpg
      Draws one picture, with this plate on its nearest car.

  --plate  such as 12가3456, 123가4567 or, with a region and so on two lines, 서울12바5215
  --out    the file to write, .jpg or .png
  --scene  ${[...scenes.keys()].join(', ')}; day unless given`;

try {
  console.log(run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function run(): string {
  const { values } = parseArgs({
    options: {
      plate: { type: 'string' },
      out: { type: 'string' },
      scene: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return help;
  if (Object.keys(values).length === 0) return redrawSamples();
  // Some keyboards compose hangul of several characters, which NFC makes one.
  return drawOne(values.plate?.normalize('NFC'), values.scene ?? 'day', values.out);
}

function redrawSamples(): string {
  const lines = Object.entries(makeSamples()).map(([file, bytes]) => {
    writeFileSync(new URL(`pictures/${file}`, import.meta.url), bytes);
    return `${file}: ${bytes.length} bytes`;
  });
  return lines.join('\n');
}

function drawOne(plate: string | undefined, sceneName: string, out: string | undefined): string {
  if (plate === undefined || !isPlateText(plate)) {
    throw new Error('Give a plate such as --plate 123가4567 or --plate 서울12바5215.');
  }
  const scene = scenes.get(sceneName);
  if (scene === undefined) {
    throw new Error(
      `There is no scene "${sceneName}" with a car; there are ${[...scenes.keys()].join(', ')}.`,
    );
  }
  const fileType = fileTypes.get(extname(out ?? ''));
  if (out === undefined || fileType === undefined) {
    throw new Error('Give the file to write as --out NAME.jpg or --out NAME.png.');
  }
  const nearest = scene.cars.length - 1;
  const cars = scene.cars.map((car, index) => (index === nearest ? { ...car, plate } : car));
  const bytes = drawPicture({ ...scene, cars }, fileType);
  writeFileSync(out, bytes);
  return `${out}: ${bytes.length} bytes`;
}
