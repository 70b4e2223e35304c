import type { DecodedPicture } from './decode-picture.ts';
import { stride, type LocatorMaps } from './find-peaks.ts';

/** What the locator looks at in one run, room for 1280×720: its memory grows with the pixels. */
const mostPixels = 950_000;

/** No band is lower than this, in pixels. */
const leastHeight = 256;

/**
 * What a band shares with the one before, in pixels: at its edges the locator sees only half of the
 * surroundings.
 */
const sharedHeight = 64;

/** All sides of bands are multiples of this. */
const step = 32;

/**
 * Runs the locator over a picture in bands from top to bottom, and puts its maps together as if it had seen
 * all at once.
 */
export async function locateInBands(
  picture: DecodedPicture,
  locate: (band: DecodedPicture) => Promise<LocatorMaps>,
): Promise<LocatorMaps> {
  const { pixels, width, height } = picture;
  const mostHeight = Math.max(Math.floor(mostPixels / width / step) * step, leastHeight);
  if (height <= mostHeight) return locate(picture);

  const count = Math.ceil((height - sharedHeight) / (mostHeight - sharedHeight));
  const bandHeight = Math.ceil((height + (count - 1) * sharedHeight) / count / step) * step;
  const whole = emptyMaps(width / stride, height / stride);
  for (let index = 0; index < count; index += 1) {
    const top = Math.floor((index * (height - bandHeight)) / (count - 1) / step) * step;
    const bandPixels = pixels.subarray(top * width * 3, (top + bandHeight) * width * 3);
    const band = await locate({ pixels: bandPixels, width, height: bandHeight });
    placeBand(whole, band, top / stride, index === 0 ? 0 : sharedHeight / 2 / stride);
  }
  return whole;
}

function emptyMaps(columns: number, rows: number): LocatorMaps {
  const map = (channels: number) => new Float32Array(channels * columns * rows);
  return { columns, rows, scores: map(1), corners: map(8), refinements: map(8), twoRows: map(1) };
}

/**
 * Copies the band's maps to this row of the whole, but for its first rows, which the band before saw better.
 */
function placeBand(whole: LocatorMaps, band: LocatorMaps, row: number, skippedRows: number): void {
  const place = (to: Float32Array, from: Float32Array) => {
    const bandCells = band.columns * band.rows;
    const wholeCells = whole.columns * whole.rows;
    for (let channel = 0; channel < from.length / bandCells; channel += 1) {
      const part = from.subarray(channel * bandCells + skippedRows * band.columns, (channel + 1) * bandCells);
      to.set(part, channel * wholeCells + (row + skippedRows) * whole.columns);
    }
  };
  place(whole.scores, band.scores);
  place(whole.corners, band.corners);
  place(whole.refinements, band.refinements);
  place(whole.twoRows, band.twoRows);
}
