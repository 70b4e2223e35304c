import sharp from 'sharp';
import { releasePixels, type DecodedPicture } from './decode-picture.ts';

/** The longer side of the largest look, in pixels: plates are found at it that are a fortieth as wide. */
const largestSide = 1920;

/** Smaller pictures are enlarged, up to one of these longer sides, and at most so much. */
const enlargedSides = [1280, 640, 320];
const mostEnlargement = 2;

/**
 * Each look is half the one before, as long as its longer side has so many pixels: near plates fill the
 * smallest.
 */
const smallestSide = 240;

/** Both sides of what the locator sees are multiples of this number of pixels. */
const paddingStep = 32;

/** A picture at the size at which the locator looks at it, with black at the right and below. */
export type Look = {
  readonly picture: DecodedPicture;
  /** From pixels of the look to pixels of the decoded picture. */
  readonly scaleX: number;
  readonly scaleY: number;
};

/** Pixels with black at the right and below; of them, so many columns and rows are the picture's. */
type PaddedPicture = {
  readonly padded: DecodedPicture;
  readonly width: number;
  readonly height: number;
};

/** The looks at a picture, the largest first, made one at a time. The caller releases the pixels of each. */
export async function* looksOf(picture: DecodedPicture): AsyncGenerator<Look> {
  const longerSide = Math.max(picture.width, picture.height);
  const first = await resize(picture, firstSideOf(longerSide) / longerSide);
  let [scaleX, scaleY] = [picture.width / first.width, picture.height / first.height];
  let seen = pad(first);
  if (first !== picture) releasePixels(first);
  for (;;) {
    const isLast = Math.max(seen.width, seen.height) / 2 < smallestSide;
    // Made before the caller releases the larger one.
    const next = isLast ? undefined : halve(seen);
    yield { picture: seen.padded, scaleX, scaleY };
    if (next === undefined) return;
    seen = next;
    [scaleX, scaleY] = [scaleX * 2, scaleY * 2];
  }
}

function firstSideOf(longerSide: number): number {
  const [largestEnlarged = longerSide] = enlargedSides.filter((side) => side <= longerSide * mostEnlargement);
  return Math.min(Math.max(longerSide, largestEnlarged), largestSide);
}

async function resize(picture: DecodedPicture, scale: number): Promise<DecodedPicture> {
  if (scale === 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const pixels = await sharp(picture.pixels, { raw })
    .resize({ width, height, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { pixels, width, height };
}

/** Each pixel is the mean of four; a last odd row or column is left out. */
function halve({ padded: { pixels, width: paddedWidth }, width, height }: PaddedPicture): PaddedPicture {
  const half = blackPicture(Math.max(1, width >> 1), Math.max(1, height >> 1));
  const halved = half.padded.pixels;
  const right = width > 1 ? 3 : 0;
  const down = height > 1 ? paddedWidth * 3 : 0;
  for (let y = 0; y < half.height; y += 1) {
    let from = 2 * y * paddedWidth * 3;
    let to = y * half.padded.width * 3;
    for (let x = 0; x < half.width; x += 1) {
      halved[to] = meanOfFour(pixels, from, right, down);
      halved[to + 1] = meanOfFour(pixels, from + 1, right, down);
      halved[to + 2] = meanOfFour(pixels, from + 2, right, down);
      from += 6;
      to += 3;
    }
  }
  return half;
}

function meanOfFour(pixels: Uint8Array, at: number, right: number, down: number): number {
  const upper = (pixels[at] ?? 0) + (pixels[at + right] ?? 0);
  const lower = (pixels[at + down] ?? 0) + (pixels[at + down + right] ?? 0);
  return (upper + lower + 2) >> 2;
}

/** A copy, so that a look's pixels can be released on their own. */
function pad({ pixels, width, height }: DecodedPicture): PaddedPicture {
  const copy = blackPicture(width, height);
  for (let y = 0; y < height; y += 1) {
    copy.padded.pixels.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), y * copy.padded.width * 3);
  }
  return copy;
}

/** All black, and padded to what the locator takes. */
function blackPicture(width: number, height: number): PaddedPicture {
  const paddedWidth = Math.ceil(width / paddingStep) * paddingStep;
  const paddedHeight = Math.ceil(height / paddingStep) * paddingStep;
  const pixels = new Uint8Array(paddedWidth * paddedHeight * 3);
  return { padded: { pixels, width: paddedWidth, height: paddedHeight }, width, height };
}
