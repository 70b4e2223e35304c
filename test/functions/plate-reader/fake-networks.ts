import { stripBytes } from '../../../functions/plate-reader/cut-strip.ts';
import type { StripReading } from '../../../functions/plate-reader/decode-characters.ts';
import type { DecodedPicture } from '../../../functions/plate-reader/decode-picture.ts';
import type { LocatorMaps } from '../../../functions/plate-reader/find-peaks.ts';
import type { ModelsDescription } from '../../../functions/plate-reader/models.ts';
import type { Networks } from '../../../functions/plate-reader/networks.ts';
import type { Quadrilateral } from '../../../functions/plate-reader/quadrilateral.ts';

export function rectangle(left: number, top: number, right: number, bottom: number): Quadrilateral {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

/** What a locator says of one cell; corners in pixels of what it saw. */
type Cell = {
  readonly column: number;
  readonly row: number;
  readonly score: number;
  readonly corners: Quadrilateral;
  readonly twoRows: number;
};

/** The maps of a locator that saw so many pixels; all other cells are zero. */
export function drawMaps(width: number, height: number, cells: readonly Cell[]): LocatorMaps {
  const [columns, rows] = [width / 8, height / 8];
  const scores = new Float32Array(columns * rows);
  const corners = new Float32Array(8 * columns * rows);
  // Far away, so that corners stay where they are.
  const refinements = new Float32Array(8 * columns * rows).fill(1e6);
  const twoRows = new Float32Array(columns * rows);
  for (const cell of cells) {
    const at = cell.row * columns + cell.column;
    scores[at] = cell.score;
    twoRows[at] = cell.twoRows;
    for (const [index, { x, y }] of cell.corners.entries()) {
      corners[2 * index * columns * rows + at] = x - (cell.column + 0.5) * 8;
      corners[(2 * index + 1) * columns * rows + at] = y - (cell.row + 0.5) * 8;
    }
  }
  return { columns, rows, scores, corners, refinements, twoRows };
}

export const fakeModels: ModelsDescription = {
  version: 'fake',
  locator: { file: 'locator.onnx', sha256: '0'.repeat(64), stride: 8 },
  recogniser: {
    file: 'recogniser.onnx',
    sha256: '0'.repeat(64),
    alphabet: Array.from('0123456789가'),
    stripWidth: 176,
    stripHeight: 32,
  },
  cut: {
    enlargeX: 1,
    enlargeY: 1,
    upperColumns: 64,
    upperBox: { left: 0.125, top: 0, width: 0.75, height: 0.4 },
    lowerBox: { left: 0, top: 0.4, width: 1, height: 0.6 },
    pixelsPerSample: 48,
    mostSamples: 4,
  },
  calibration: { intercept: 0, textWeight: 1, locatorWeight: 0, formWeight: 0 },
  thresholds: { locatorScore: 0.3 },
};

/**
 * Networks that find red areas, one plate each for the picture, and read as the given text each strip that is
 * red in its middle.
 */
export function createFakeNetworks(text: string, probability = 0.99) {
  const looks: DecodedPicture[] = [];
  const batches: number[] = [];
  const networks: Networks = {
    locate: (picture) => {
      // The reader releases the pixels after the call.
      looks.push({ ...picture, pixels: picture.pixels.slice() });
      return Promise.resolve(locateRed(picture));
    },
    recognise: (strips) => {
      const count = strips.length / stripBytes;
      batches.push(count);
      return Promise.resolve(
        Array.from({ length: count }, (_strip, index) => {
          const middle = index * stripBytes + (16 * 176 + 88) * 3;
          const isRed = (strips[middle] ?? 0) > 200 && (strips[middle + 1] ?? 0) < 60;
          return readingOf(isRed ? text : '', probability);
        }),
      );
    },
    close: () => Promise.resolve(),
  };
  return { networks, looks, batches };
}

function locateRed({ pixels, width, height }: DecodedPicture): LocatorMaps {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = 0; at < width * height; at += 1) {
    if ((pixels[at * 3] ?? 0) > 200 && (pixels[at * 3 + 1] ?? 0) < 60) {
      xs.push(at % width);
      ys.push(Math.floor(at / width));
    }
  }
  if (xs.length === 0) return drawMaps(width, height, []);
  const bound = (positions: readonly number[], most: (one: number, other: number) => number) =>
    positions.reduce((one, other) => most(one, other));
  const [left, right] = [bound(xs, Math.min), bound(xs, Math.max) + 1];
  const [top, bottom] = [bound(ys, Math.min), bound(ys, Math.max) + 1];
  const column = Math.floor((left + right) / 16);
  const row = Math.floor((top + bottom) / 16);
  return drawMaps(width, height, [
    { column, row, score: 0.9, corners: rectangle(left, top, right, bottom), twoRows: 0 },
  ]);
}

/** Each character of the text with this probability and a blank behind it; the rest is the blank's. */
function readingOf(text: string, probability: number): StripReading {
  const classes = fakeModels.recogniser.alphabet.length + 1;
  const steps = Array.from(text).flatMap((character) => [
    fakeModels.recogniser.alphabet.indexOf(character) + 1,
    0,
  ]);
  const shown = steps.length === 0 ? [0] : steps;
  const logProbabilities = shown.flatMap((index) =>
    Array.from({ length: classes }, (_class, at) => {
      const certain = index === 0 ? 1 : probability;
      return Math.log(at === index ? certain : at === 0 ? Math.max(1 - certain, 1e-9) : 1e-9);
    }),
  );
  return { logProbabilities: Float32Array.from(logProbabilities), steps: shown.length, classes };
}
