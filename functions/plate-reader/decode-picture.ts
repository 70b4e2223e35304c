import type { Reason } from '../core/record/reason.ts';
import { openPicture, type PictureHeader } from './open-picture.ts';
import { liesOnItsSide } from './orientation.ts';

/** RGB, three bytes a pixel, row by row from the top, turned upright as EXIF says. */
export type DecodedPicture = {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
};

/**
 * A decoded picture, smaller than its file's where that has more pixels than reading needs; or why there is
 * none.
 */
type PictureDecoding =
  | { readonly kind: 'decoded'; readonly picture: DecodedPicture; readonly header: PictureHeader }
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * While its longer side has more pixels, a picture is decoded at half the size: a JPEG's decoder does that in
 * less time and memory.
 */
const maxDecodedSide = 2600;

/** Decodes a picture for reading; `openPicture` lists the codes of what it refuses. */
export async function decodePicture(bytes: Uint8Array): Promise<PictureDecoding> {
  const opening = await openPicture(bytes);
  if (opening.kind === 'refused') return opening;
  const { header } = opening;
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(header.width, header.height) / maxDecodedSide)));
  const width = Math.ceil(header.width / 2 ** halvings);
  const height = Math.ceil(header.height / 2 ** halvings);
  const size = liesOnItsSide(header.orientation) ? { width: height, height: width } : { width, height };
  const rendering = await opening.render((image) => {
    const upright = header.orientation > 1 ? image.autoOrient() : image;
    return (halvings > 0 ? upright.resize({ ...size, fit: 'fill', kernel: 'linear' }) : upright).raw();
  });
  if (rendering.kind === 'refused') return rendering;
  return {
    kind: 'decoded',
    picture: { pixels: rendering.bytes, width: rendering.width, height: rendering.height },
    header,
  };
}

/**
 * Gives back the memory of pixels that nobody needs any more: the garbage collector lets those of many
 * pictures pile up.
 */
export function releasePixels({ pixels }: DecodedPicture): void {
  const ownsItsBuffer = pixels.byteLength === pixels.buffer.byteLength;
  if (ownsItsBuffer && pixels.buffer instanceof ArrayBuffer) pixels.buffer.transfer(0);
}
