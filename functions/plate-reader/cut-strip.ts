import type { Cut } from './models.ts';
import type { DecodedPicture } from './decode-picture.ts';
import {
  edgeLengthsOf,
  enlarge,
  homographyOf,
  type Homography,
  type Quadrilateral,
} from './quadrilateral.ts';

/** The recogniser's input in pixels. */
export const stripWidth = 176;
export const stripHeight = 32;
const channels = 3;
export const stripBytes = stripWidth * stripHeight * channels;

/** A part of a plate, in shares of the enlarged plate's width and height. */
type PartOfPlate = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** The columns of the strip from `from` up to `to`, in pixels. */
type Columns = { readonly from: number; readonly to: number };

const wholePlate: PartOfPlate = { left: 0, top: 0, width: 1, height: 1 };

/**
 * Cuts a plate out of a picture and writes it, rectified, as RGB of 176×32 into `strip`. A plate of two rows is laid side by side, the upper
 * row at the left. Training cuts in the same way: `cut` has its constants.
 */
export function cutStrip(
  picture: DecodedPicture,
  corners: Quadrilateral,
  rows: 1 | 2,
  cut: Cut,
  strip: Uint8Array,
): void {
  const enlarged = enlarge(corners, cut.enlargeX, cut.enlargeY);
  const rowHeight = edgeLengthsOf(enlarged).height / rows;
  const samples = Math.min(Math.max(Math.ceil(rowHeight / cut.pixelsPerSample), 1), cut.mostSamples);
  const homography = homographyOf(enlarged);
  if (rows === 1) {
    cutPart(picture, homography, wholePlate, { from: 0, to: stripWidth }, samples, strip);
    return;
  }
  cutPart(picture, homography, cut.upperBox, { from: 0, to: cut.upperColumns }, samples, strip);
  cutPart(picture, homography, cut.lowerBox, { from: cut.upperColumns, to: stripWidth }, samples, strip);
}

/** Fills the columns of the strip; each pixel is the mean of samples × samples points of the part, each between four pixels of the picture. */
function cutPart(
  { pixels, width, height }: DecodedPicture,
  { a, b, c, d, e, f, g, h }: Homography,
  part: PartOfPlate,
  { from, to }: Columns,
  samples: number,
  strip: Uint8Array,
): void {
  const stepU = part.width / ((to - from) * samples);
  const stepV = part.height / (stripHeight * samples);
  const [lastColumn, lastRow] = [width - 1, height - 1];
  for (let y = 0; y < stripHeight; y += 1) {
    for (let x = from; x < to; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const u = part.left + ((x - from) * samples + (sample % samples) + 0.5) * stepU;
        const v = part.top + (y * samples + Math.floor(sample / samples) + 0.5) * stepV;
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
      const at = (y * stripWidth + x) * channels;
      const count = samples * samples;
      strip[at] = Math.round(red / count);
      strip[at + 1] = Math.round(green / count);
      strip[at + 2] = Math.round(blue / count);
    }
  }
}
