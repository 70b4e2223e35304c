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
  const rowBytes = width * channels;
  const count = samples * samples;
  for (let y = 0; y < target.height; y += 1) {
    for (let x = from; x < to; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < count; sample += 1) {
        const sampleRow = (sample / samples) | 0;
        const u = area.left + ((x - from) * samples + sample - sampleRow * samples + 0.5) * stepU;
        const v = area.top + (y * samples + sampleRow + 0.5) * stepV;
        const scale = 1 / (g * u + h * v + 1);
        const atX = Math.min(Math.max((a * u + b * v + c) * scale - 0.5, 0), lastColumn);
        const atY = Math.min(Math.max((d * u + e * v + f) * scale - 0.5, 0), lastRow);
        const column = atX | 0;
        const row = atY | 0;
        // The four pixels around the point, and the share of each.
        const upperLeft = row * rowBytes + column * channels;
        const upperRight = column < lastColumn ? upperLeft + channels : upperLeft;
        const down = row < lastRow ? rowBytes : 0;
        const lowerRightShare = (atX - column) * (atY - row);
        const upperRightShare = atX - column - lowerRightShare;
        const lowerLeftShare = atY - row - lowerRightShare;
        const upperLeftShare = 1 - atX + column - lowerLeftShare;
        red +=
          (pixels[upperLeft] ?? 0) * upperLeftShare +
          (pixels[upperRight] ?? 0) * upperRightShare +
          (pixels[upperLeft + down] ?? 0) * lowerLeftShare +
          (pixels[upperRight + down] ?? 0) * lowerRightShare;
        green +=
          (pixels[upperLeft + 1] ?? 0) * upperLeftShare +
          (pixels[upperRight + 1] ?? 0) * upperRightShare +
          (pixels[upperLeft + down + 1] ?? 0) * lowerLeftShare +
          (pixels[upperRight + down + 1] ?? 0) * lowerRightShare;
        blue +=
          (pixels[upperLeft + 2] ?? 0) * upperLeftShare +
          (pixels[upperRight + 2] ?? 0) * upperRightShare +
          (pixels[upperLeft + down + 2] ?? 0) * lowerLeftShare +
          (pixels[upperRight + down + 2] ?? 0) * lowerRightShare;
      }
      const at = (y * target.width + x) * channels;
      target.pixels[at] = Math.round(red / count);
      target.pixels[at + 1] = Math.round(green / count);
      target.pixels[at + 2] = Math.round(blue / count);
    }
  }
}
