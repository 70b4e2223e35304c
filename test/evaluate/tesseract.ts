import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import * as z from 'zod';
import { classifyPlate } from '../../functions/core/plate/classify-plate.ts';
import type { PlateRead } from '../../functions/core/record/plate-read.ts';

/** Outside the project's own packages, which people install. */
const directory = new URL('../../.build/tesseract/', import.meta.url);
const description = new URL('./tesseract/', import.meta.url);

type Worker = {
  setParameters(parameters: object): Promise<unknown>;
  recognize(picture: Buffer, options: object, output: object): Promise<unknown>;
  terminate(): Promise<unknown>;
};
const isFunction = (value: unknown) => typeof value === 'function';
const library = z.object({
  default: z.object({
    createWorker: z.custom<(language: string, mode: number, options: object) => Promise<Worker>>(isFunction),
  }),
});

const line = z.object({
  text: z.string(),
  confidence: z.number(),
  bbox: z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() }),
});
const recognition = z.object({
  data: z.object({
    blocks: z.array(z.object({ paragraphs: z.array(z.object({ lines: z.array(line) })) })).nullish(),
  }),
});

/**
 * Tesseract with its Korean data over the whole picture; its lines that have the form of a plate are its
 * reads.
 */
export async function createTesseract(): Promise<{
  read(bytes: Uint8Array): Promise<readonly PlateRead[]>;
  close(): Promise<void>;
}> {
  await mkdir(directory, { recursive: true });
  await cp(description, directory, { recursive: true });
  await promisify(execFile)('npm', ['ci'], { cwd: directory });
  const entry = new URL('node_modules/tesseract.js/src/index.js', directory);
  const { createWorker } = library.parse(await import(entry.href)).default;
  const langPath = fileURLToPath(new URL('node_modules/@tesseract.js-data/kor/4.0.0_best_int', directory));
  const worker = await createWorker('kor', 1, { langPath, cacheMethod: 'none' });
  // Sparse text, in no order: what a photo of a street has.
  await worker.setParameters({ tessedit_pageseg_mode: '11' });
  return {
    read: async (bytes) => {
      // Its own decoder ends the process at a JPEG that it does not know.
      const png = await sharp(bytes, { failOn: 'none' }).png().toBuffer();
      const result = await worker.recognize(png, {}, { blocks: true });
      const { blocks } = recognition.parse(result).data;
      return (blocks ?? [])
        .flatMap(({ paragraphs }) => paragraphs.flatMap(({ lines }) => lines))
        .filter(({ text }) => classifyPlate(text).plateClass !== 'undetermined')
        .map(({ text, confidence, bbox: { x0, y0, x1, y1 } }) => ({
          plate: text.trim(),
          confidence: confidence / 100,
          box: { x1: x0, y1: y0, x2: x1, y2: y0, x3: x1, y3: y1, x4: x0, y4: y1 },
        }));
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
