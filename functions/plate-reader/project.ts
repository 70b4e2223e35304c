import type { DecodedPicture } from './decode-picture.ts';
import type { Homography } from './quadrilateral.ts';

/** A part of a quadrilateral, in shares of its width and height. */
type Area = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** All of a quadrilateral. */
export const wholeArea: Area = { left: 0, top: 0, width: 1, height: 1 };

/** The columns of a picture from `from` up to `to`, in pixels. */
type Columns = { readonly from: number; readonly to: number };

const channels = 3;

/**
 * Fills columns of the target with an area of the quadrilateral that the homography maps the unit square to.
 * Each pixel is the mean of samples × samples points, each of them between four pixels of the picture; the
 * picture's edge goes on beyond it.
 */
export function project(
  { pixels, width, height }: DecodedPicture,
  { a, b, c, d, e, f, g, h }: Homography,
  area: Area,
  samples: number,
  target: DecodedPicture,
  { from, to }: Columns,
): void {
  const stepU = area.width / ((to - from) * samples);
  const stepV = area.height / (target.height * samples);
  const [lastColumn, lastRow] = [width - 1, height - 1];
  const count = samples * samples;
  for (let y = 0; y < target.height; y += 1) {
    for (let x = from; x < to; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < count; sample += 1) {
        const u = area.left + ((x - from) * samples + (sample % samples) + 0.5) * stepU;
        const v = area.top + (y * samples + Math.floor(sample / samples) + 0.5) * stepV;
        const divisor = g * u + h * v + 1;
        const atX = Math.min(Math.max((a * u + b * v + c) / divisor - 0.5, 0), lastColumn);
        const atY = Math.min(Math.max((d * u + e * v + f) / divisor - 0.5, 0), lastRow);
        const column = Math.floor(atX);
        const row = Math.floor(atY);
        const upper = (row * width + column) * channels;
        const right = column < lastColumn ? channels : 0;
        const lower = row < lastRow ? upper + width * channels : upper;
        const rightShare = atX - column;
        const lowerShare = atY - row;
        red += between(pixels, upper, lower, right, rightShare, lowerShare);
        green += between(pixels, upper + 1, lower + 1, right, rightShare, lowerShare);
        blue += between(pixels, upper + 2, lower + 2, right, rightShare, lowerShare);
      }
      const at = (y * target.width + x) * channels;
      target.pixels[at] = Math.round(red / count);
      target.pixels[at + 1] = Math.round(green / count);
      target.pixels[at + 2] = Math.round(blue / count);
    }
  }
}

/** A value between those of four neighbours: two in the upper row, two in the lower, `right` bytes apart. */
function between(
  pixels: Uint8Array,
  upper: number,
  lower: number,
  right: number,
  rightShare: number,
  lowerShare: number,
): number {
  const upperLeft = pixels[upper] ?? 0;
  const lowerLeft = pixels[lower] ?? 0;
  const above = upperLeft + ((pixels[upper + right] ?? 0) - upperLeft) * rightShare;
  const below = lowerLeft + ((pixels[lower + right] ?? 0) - lowerLeft) * rightShare;
  return above + (below - above) * lowerShare;
}
