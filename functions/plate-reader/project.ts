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
 * Fills columns of the target with an area of the quadrilateral that the homography maps the unit square to. Each pixel is the mean of
 * samples × samples points, each of them between four pixels of the picture; the picture's edge goes on beyond it.
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
  for (let y = 0; y < target.height; y += 1) {
    for (let x = from; x < to; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const u = area.left + ((x - from) * samples + (sample % samples) + 0.5) * stepU;
        const v = area.top + (y * samples + Math.floor(sample / samples) + 0.5) * stepV;
        const divisor = g * u + h * v + 1;
        const atX = Math.min(Math.max((a * u + b * v + c) / divisor - 0.5, 0), lastColumn);
        const atY = Math.min(Math.max((d * u + e * v + f) / divisor - 0.5, 0), lastRow);
        const column = Math.floor(atX);
        const row = Math.floor(atY);
        const rightShare = atX - column;
        const lowerShare = atY - row;
        const upperLeft = (row * width + column) * channels;
        const upperRight = column < lastColumn ? upperLeft + channels : upperLeft;
        const down = row < lastRow ? width * channels : 0;
        const weights1 = (1 - rightShare) * (1 - lowerShare);
        const weights2 = rightShare * (1 - lowerShare);
        const weights3 = (1 - rightShare) * lowerShare;
        const weights4 = rightShare * lowerShare;
        const mixed = (channel: number) =>
          (pixels[upperLeft + channel] ?? 0) * weights1 +
          (pixels[upperRight + channel] ?? 0) * weights2 +
          (pixels[upperLeft + down + channel] ?? 0) * weights3 +
          (pixels[upperRight + down + channel] ?? 0) * weights4;
        red += mixed(0);
        green += mixed(1);
        blue += mixed(2);
      }
      const at = (y * target.width + x) * channels;
      const count = samples * samples;
      target.pixels[at] = Math.round(red / count);
      target.pixels[at + 1] = Math.round(green / count);
      target.pixels[at + 2] = Math.round(blue / count);
    }
  }
}
