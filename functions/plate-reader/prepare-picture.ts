import type { Reason } from '../core/record/reason.ts';
import { openPicture, type PictureHeader } from './open-picture.ts';
import { liesOnItsSide } from './orientation.ts';
import type { StoredPicture } from './stored-box.ts';

/** A picture as an upright JPEG that fits, or why there is none. */
export type PreparedPicture =
  | {
      readonly kind: 'prepared';
      readonly jpeg: Uint8Array;
      /** Pixels of the JPEG. */
      readonly width: number;
      readonly height: number;
      /** The picture that it was made of, as its file stores it. */
      readonly stored: StoredPicture;
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** A photo of 12 megapixels keeps its pixels; a larger one is scaled down to this many a side. */
const longestSide = 4096;

const jpegQuality = 88;

/** More than any JPEG of so few pixels takes: a picture that does not fit after this is refused. */
const mostTries = 8;

/**
 * Makes an upright JPEG, RGB with 8 bits, of at most so many bytes. Codes of what it refuses: those of
 * `openPicture`.
 */
export async function preparePicture(bytes: Uint8Array, maxBytes: number): Promise<PreparedPicture> {
  const opening = await openPicture(bytes);
  if (opening.kind === 'refused') return opening;
  const { width, height, orientation } = opening.header;
  const upright = uprightSizeOf(opening.header);
  let scale = Math.min(1, longestSide / Math.max(width, height));
  for (let tries = 0; tries < mostTries; tries += 1) {
    const size = {
      width: Math.max(1, Math.round(upright.width * scale)),
      height: Math.max(1, Math.round(upright.height * scale)),
    };
    const rendering = await opening.render((image) => {
      const turned = orientation > 1 ? image.autoOrient() : image;
      const scaled = scale < 1 ? turned.resize({ ...size, fit: 'fill' }) : turned;
      return scaled.jpeg({ quality: jpegQuality });
    });
    if (rendering.kind === 'refused') return rendering;
    if (rendering.bytes.length <= maxBytes) {
      return {
        kind: 'prepared',
        jpeg: rendering.bytes,
        width: rendering.width,
        height: rendering.height,
        stored: { width, height, orientation },
      };
    }
    // The bytes follow the pixels; a little less, so that the next try fits.
    scale *= 0.95 * Math.sqrt(maxBytes / rendering.bytes.length);
  }
  return {
    kind: 'refused',
    reason: { code: 'TOO_LARGE', message: `The picture cannot be made to fit into ${maxBytes} bytes.` },
  };
}

function uprightSizeOf({ width, height, orientation }: PictureHeader) {
  return liesOnItsSide(orientation) ? { width: height, height: width } : { width, height };
}
