import type { PlateRead } from '../../functions/core/record/plate-read.ts';
import { openPicture } from '../../functions/plate-reader/open-picture.ts';
import { fontFamily, renderSvg } from './render-svg.ts';

/** A picture with its reads drawn on it, or why nothing can be drawn on it. */
type Drawing =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array }
  | { readonly kind: 'fault'; readonly message: string };

const jpegQuality = 90;

/**
 * Pixels of a drawing's longer side at most: larger than a phone's photo, and a bound for the memory, of which
 * the boxes alone take eight bytes a pixel.
 */
const longestSide = 4096;

/**
 * Draws the box and the plate of each read on a picture. Boxes are in pixels as the file stores them, and so
 * is the drawing: a rotation that EXIF asks for is not applied, and the JPEG has no EXIF. It is as large as
 * the picture, and for people to look at: where the longer side has more than 4,096 pixels, it is smaller.
 */
export async function drawReads(picture: Uint8Array, reads: readonly PlateRead[]): Promise<Drawing> {
  const opening = await openPicture(picture);
  if (opening.kind === 'refused') return { kind: 'fault', message: opening.reason.message };
  const { width, height } = opening.header;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const overlay = Buffer.from(
    renderSvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">` +
        `${reads.map((read) => drawRead(read, width, height)).join('')}</svg>`,
    ).asPng(),
  );
  const rendering = await opening.render(
    (image) =>
      (scale < 1 ? image.resize({ ...size, fit: 'fill' }) : image)
        .composite([{ input: overlay }])
        .jpeg({ quality: jpegQuality }),
    'show',
  );
  if (rendering.kind === 'refused') return { kind: 'fault', message: rendering.reason.message };
  return { kind: 'jpeg', bytes: rendering.bytes };
}

/** The box, and the plate with its confidence above it; at the upper edge of the picture, below it. */
function drawRead({ plate, confidence, box }: PlateRead, width: number, height: number): string {
  const points = [
    [box.x1, box.y1],
    [box.x2, box.y2],
    [box.x3, box.y3],
    [box.x4, box.y4],
  ] as const;
  const fontSize = Math.max(16, Math.round(Math.min(width, height) / 16));
  const lineWidth = Math.max(2, fontSize / 12);
  const left = Math.min(...points.map(([x]) => x));
  const right = Math.max(...points.map(([x]) => x));
  const top = Math.min(...points.map(([, y]) => y));
  const bottom = Math.max(...points.map(([, y]) => y));
  const baseline = top > fontSize * 1.3 ? top - fontSize * 0.3 : bottom + fontSize;
  // Text that grows towards the middle of the picture stays inside it.
  const anchor = left + right < width ? { x: left, side: 'start' } : { x: right, side: 'end' };
  const label = `${plate} ${confidence.toFixed(2)}`;
  return (
    `<polygon points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="#00e05a" stroke-width="${lineWidth}" stroke-linejoin="round"/>` +
    `<text x="${anchor.x}" y="${baseline}" text-anchor="${anchor.side}" font-family="${fontFamily}" font-size="${fontSize}" fill="#00e05a" stroke="#10140f" stroke-width="${lineWidth * 2}" stroke-linejoin="round" paint-order="stroke">${escapeXml(label)}</text>`
  );
}

/** A plate is text from outside: markup is escaped, and characters that XML forbids are replaced. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u{fffe}\u{ffff}]/gu, '\u{fffd}')
    .replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
