import type { Cut } from './models.ts';
import type { DecodedPicture } from './decode-picture.ts';
import { project, wholeArea } from './project.ts';
import { edgeLengthsOf, enlarge, homographyOf, type Quadrilateral } from './quadrilateral.ts';

/** The recogniser's input in pixels. */
export const stripWidth = 176;
export const stripHeight = 32;
const channels = 3;
export const stripBytes = stripWidth * stripHeight * channels;

/**
 * Cuts a plate out of a picture and writes it, rectified, as RGB of 176×32 into `strip`. A plate of two rows
 * is laid side by side, the upper row at the left. Training cuts in the same way: `cut` has its constants.
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
  const target = { pixels: strip, width: stripWidth, height: stripHeight };
  if (rows === 1) {
    project(picture, homography, wholeArea, samples, target, { from: 0, to: stripWidth });
    return;
  }
  project(picture, homography, cut.upperBox, samples, target, { from: 0, to: cut.upperColumns });
  project(picture, homography, cut.lowerBox, samples, target, { from: cut.upperColumns, to: stripWidth });
}
