import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import * as z from 'zod';
import { drawPicture } from '../../infra/local/samples/draw-picture.ts';
import { sampleScenes } from '../../infra/local/samples/sample-scenes.ts';
import { createPlateReader } from '../../functions/plate-reader/plate-reader.ts';
import { createReaderPool } from '../../functions/plate-reader/reader-pool.ts';
import { median } from './median.ts';

const startProgram = fileURLToPath(new URL('start-to-first-answer.ts', import.meta.url));
const commandPath = fileURLToPath(new URL('../../cli/plateline.js', import.meta.url));

/** Width and height of the pictures that the memory is measured with. */
const mixedSizes = [
  [1280, 720],
  [1920, 1080],
  [4000, 3000],
  [3000, 4000],
  [640, 480],
  [2560, 1440],
  [1080, 1920],
  [2048, 1536],
] as const;

const started = z.object({ millisecondsToFirstAnswer: z.number(), residentMb: z.number() });

/** Measures the reader on drawn pictures; rows of what and how much. */
export async function measureSpeed(): Promise<readonly (readonly [string, string])[]> {
  const small = drawPicture(sampleScenes.day, 'jpg');
  const large = await sharp(small).resize(4000, 3000, { fit: 'fill' }).jpeg({ quality: 80 }).toBuffer();
  const reader = await createPlateReader();
  const smallMs = await warmMedian(reader.read, small, 200);
  const largeMs = await warmMedian(reader.read, large, 20);
  await reader.close();
  const start = await startToFirstAnswer();
  const mixedMb = await residentMbOfMixedSizes(small);
  const [one, two] = [await picturesPerSecond(small, 1), await picturesPerSecond(small, 2)];
  return [
    ['milliseconds at 1280×720, median of 200, one thread', smallMs.toFixed(1)],
    ['milliseconds at 4000×3000, median of 20, one thread', largeMs.toFixed(1)],
    [
      'milliseconds from the start of the process to the first answer',
      start.millisecondsToFirstAnswer.toFixed(0),
    ],
    ['resident memory after 100 pictures, MB', start.residentMb.toFixed(0)],
    ['resident memory of plateline read after 80 pictures of mixed sizes, MB', mixedMb.toFixed(0)],
    ['pictures a second with one worker', one.toFixed(1)],
    ['pictures a second with two workers', `${two.toFixed(1)} (${(two / one).toFixed(2)} times)`],
  ];
}

async function warmMedian(read: (bytes: Uint8Array) => Promise<unknown>, bytes: Uint8Array, count: number) {
  for (let round = 0; round < 10; round += 1) await read(bytes);
  const milliseconds: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const startedMs = performance.now();
    await read(bytes);
    milliseconds.push(performance.now() - startedMs);
  }
  return median(milliseconds);
}

/** In a process of its own, five times; the median of each figure. */
async function startToFirstAnswer(): Promise<z.infer<typeof started>> {
  const runs: z.infer<typeof started>[] = [];
  for (let run = 0; run < 5; run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [startProgram, String(Date.now())]);
    runs.push(started.parse(JSON.parse(stdout)));
  }
  return {
    millisecondsToFirstAnswer: median(runs.map((run) => run.millisecondsToFirstAnswer)),
    residentMb: median(runs.map((run) => run.residentMb)),
  };
}

/** The most that the command ever had with one worker. */
async function residentMbOfMixedSizes(picture: Uint8Array): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'plateline-mixed-'));
  for (let round = 0; round < 10; round += 1) {
    for (const [width, height] of mixedSizes) {
      const resized = await sharp(picture).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
      await writeFile(path.join(folder, `${round}-${width}-${height}.jpg`), resized);
    }
  }
  const command = spawn(process.execPath, [commandPath, 'read', '--json', '--workers', '1', folder], {
    stdio: 'ignore',
  });
  let mostKb = 0;
  while (command.exitCode === null) {
    const status = await readFile(`/proc/${command.pid ?? ''}/status`, 'utf8').catch(() => '');
    const [, highWaterKb = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    mostKb = Math.max(mostKb, Number(highWaterKb));
    await delay(50);
  }
  await rm(folder, { recursive: true });
  return mostKb / 1024;
}

async function picturesPerSecond(bytes: Uint8Array, workers: number): Promise<number> {
  const pool = await createReaderPool({ workers, maxWaiting: 1000 });
  const readMany = (count: number) => Promise.all(Array.from({ length: count }, () => pool.read(bytes)));
  await readMany(10 * workers);
  const startedMs = performance.now();
  await readMany(100);
  const seconds = (performance.now() - startedMs) / 1000;
  await pool.close();
  return 100 / seconds;
}
