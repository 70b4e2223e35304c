import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { parseJson } from '../core/message/parse-json.ts';
import { ReaderError } from './reader-error.ts';

const modelFile = z.object({
  file: z.string().check(z.regex(/^[\w-]+\.onnx$/)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** Shares of the plate's width and height. */
const partOfPlate = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });

const modelsDescription = z.object({
  version: z.string().check(z.minLength(1)),
  locator: z.extend(modelFile, { stride: z.literal(8) }),
  recogniser: z.extend(modelFile, {
    alphabet: z.array(z.string().check(z.length(1))).check(z.minLength(1)),
    stripWidth: z.literal(176),
    stripHeight: z.literal(32),
  }),
  cut: z.object({
    enlargeX: z.number().check(z.positive()),
    enlargeY: z.number().check(z.positive()),
    upperColumns: z.int().check(z.positive()),
    upperBox: partOfPlate,
    lowerBox: partOfPlate,
    pixelsPerSample: z.number().check(z.positive()),
    mostSamples: z.int().check(z.positive()),
  }),
  calibration: z.object({
    intercept: z.number(),
    textWeight: z.number(),
    locatorWeight: z.number(),
    formWeight: z.number(),
  }),
  thresholds: z.object({ locatorScore: z.number().check(z.gte(0), z.lte(1)) }),
});

/** `models.json`, which the training writes. */
export type ModelsDescription = z.infer<typeof modelsDescription>;

/** How a strip is cut out of a picture, as the training cut it. */
export type Cut = ModelsDescription['cut'];

/** How the network's own probabilities become a confidence. */
export type Calibration = ModelsDescription['calibration'];

/**
 * The models' description and the bytes of both networks, of which each has the hash that the description
 * says.
 */
export type Models = {
  readonly description: ModelsDescription;
  readonly locator: Uint8Array;
  readonly recogniser: Uint8Array;
};

/** The models that come with the reader. */
export const committedModels = new URL('./models/', import.meta.url);

/**
 * Reads the models of a directory, whose URL ends in `/`. Throws `ReaderError` with `MODEL_MISSING` or
 * `MODEL_DAMAGED`.
 */
export async function loadModels(directory: URL): Promise<Models> {
  const description = await describeModels(directory);
  const [locator, recogniser] = await Promise.all([
    readChecked(directory, description.locator),
    readChecked(directory, description.recogniser),
  ]);
  return { description, locator, recogniser };
}

/** Reads what `models.json` of a directory says, and not the networks. Throws as `loadModels` does. */
export async function describeModels(directory: URL): Promise<ModelsDescription> {
  const text = new TextDecoder().decode(await readModelFile(directory, 'models.json'));
  const parsed = modelsDescription.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ReaderError('MODEL_DAMAGED', 'The file models.json does not describe the models.', parsed.error);
}

async function readChecked(directory: URL, { file, sha256 }: z.infer<typeof modelFile>): Promise<Uint8Array> {
  const bytes = await readModelFile(directory, file);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new ReaderError('MODEL_DAMAGED', `The model ${file} is not the file that models.json describes.`);
  }
  return bytes;
}

async function readModelFile(directory: URL, file: string): Promise<Uint8Array> {
  try {
    return await readFile(new URL(file, directory));
  } catch (cause) {
    throw new ReaderError('MODEL_MISSING', `The model's file ${file} cannot be read.`, cause);
  }
}
