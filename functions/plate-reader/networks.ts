import './disable-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { StripReading } from './decode-characters.ts';
import type { DecodedPicture } from './decode-picture.ts';
import { stripBytes, stripHeight, stripWidth } from './cut-strip.ts';
import type { LocatorMaps } from './find-peaks.ts';
import type { Models } from './models.ts';
import { ReaderError } from './reader-error.ts';

/** The two networks, as functions from pixels to numbers. */
export type Networks = {
  /** Both sides of the picture are multiples of 32. */
  readonly locate: (picture: DecodedPicture) => Promise<LocatorMaps>;
  /** `strips` are RGB of 176×32, one after the other. */
  readonly recognise: (strips: Uint8Array) => Promise<readonly StripReading[]>;
  readonly close: () => Promise<void>;
};

/**
 * Prepares the networks for one thread. Throws `ReaderError` with `MODEL_DAMAGED` where a file is no network.
 */
export async function startNetworks(models: Models): Promise<Networks> {
  const [locator, recogniser] = await Promise.all([
    startSession(models.locator, models.description.locator.file),
    startSession(models.recogniser, models.description.recogniser.file),
  ]);
  return {
    locate: async ({ pixels, width, height }) => {
      const picture = new Tensor('uint8', pixels, [1, height, width, 3]);
      const { scores, corners, refinements, rows } = await locator.run({ picture });
      return {
        columns: width / 8,
        rows: height / 8,
        scores: numbersOf(scores),
        corners: numbersOf(corners),
        refinements: numbersOf(refinements),
        twoRows: numbersOf(rows),
      };
    },
    recognise: async (strips) => {
      const count = strips.length / stripBytes;
      const output = await recogniser.run({
        strips: new Tensor('uint8', strips, [count, stripHeight, stripWidth, 3]),
      });
      const numbers = numbersOf(output['logProbabilities']);
      const [, steps = 0, classes = 0] = output['logProbabilities']?.dims ?? [];
      return Array.from({ length: count }, (_strip, index) => ({
        logProbabilities: numbers.subarray(index * steps * classes, (index + 1) * steps * classes),
        steps,
        classes,
      }));
    },
    close: async () => {
      await Promise.all([locator.release(), recogniser.release()]);
    },
  };
}

async function startSession(model: Uint8Array, file: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Looks have many sizes, and the library would keep a plan of memory for each.
      enableMemPattern: false,
      // Errors are thrown; warnings would go to standard error.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new ReaderError('MODEL_DAMAGED', `The model ${file} is no network that can be run.`, cause);
  }
}

function numbersOf(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new ReaderError('MODEL_DAMAGED', 'A network does not give the numbers that the reader needs.');
}
