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

/** The looks at a picture, the largest first, made one at a time. The caller releases the pixels of each. */
export async function* looksOf(picture: DecodedPicture): AsyncGenerator<Look> {
  const longerSide = Math.max(picture.width, picture.height);
  let seen = await resize(picture, firstSideOf(longerSide) / longerSide);
  let [scaleX, scaleY] = [picture.width / seen.width, picture.height / seen.height];
  for (;;) {
    yield { picture: pad(seen), scaleX, scaleY };
    const larger = seen;
    const isLast = Math.max(larger.width, larger.height) / 2 < smallestSide;
    if (!isLast) seen = halve(larger);
    if (larger !== picture) releasePixels(larger);
    if (isLast) return;
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
function halve({ pixels, width, height }: DecodedPicture): DecodedPicture {
  const half = { width: Math.max(1, width >> 1), height: Math.max(1, height >> 1) };
  const halved = new Uint8Array(half.width * half.height * 3);
  const right = width > 1 ? 3 : 0;
  const down = height > 1 ? width * 3 : 0;
  let to = 0;
  for (let y = 0; y < half.height; y += 1) {
    let from = 2 * y * width * 3;
    for (let x = 0; x < half.width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const upper = (pixels[from] ?? 0) + (pixels[from + right] ?? 0);
        const lower = (pixels[from + down] ?? 0) + (pixels[from + down + right] ?? 0);
        halved[to] = (upper + lower + 2) >> 2;
        from += 1;
        to += 1;
      }
      from += 3;
    }
  }
  return { ...half, pixels: halved };
}

/** A copy, so that a look's pixels can be released on their own. */
function pad(picture: DecodedPicture): DecodedPicture {
  const width = Math.ceil(picture.width / paddingStep) * paddingStep;
  const height = Math.ceil(picture.height / paddingStep) * paddingStep;
  const pixels = new Uint8Array(width * height * 3);
  const rowBytes = picture.width * 3;
  for (let y = 0; y < picture.height; y += 1) {
    pixels.set(picture.pixels.subarray(y * rowBytes, (y + 1) * rowBytes), y * width * 3);
  }
  return { pixels, width, height };
}
