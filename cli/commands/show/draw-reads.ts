import { encode as encodeJpeg } from 'jpeg-js';
import type { Picture } from '../../../functions/core/picture/picture.ts';
import type { PlateRead } from '../../../functions/core/record/plate-read.ts';
import { fontFamily, renderSvg } from '../../drawing/render-svg.ts';

/** A picture with its reads drawn on it. */
type Drawing =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array }
  /** The picture cannot be drawn on; the message says why. */
  | { readonly kind: 'fault'; readonly message: string };

/**
 * More than any camera makes, and few enough that a small file with huge dimensions cannot fill the memory.
 */
const maxPixels = 100_000_000;

const jpegQuality = 90;

/**
 * Draws the box and the plate of each read on a picture. Boxes and drawing are in pixels as the file stores
 * them: a rotation in EXIF is not applied, and the JPEG has no EXIF.
 */
export function drawReads({ parts, fileType, width, height }: Picture, reads: readonly PlateRead[]): Drawing {
  if (width * height > maxPixels) {
    return { kind: 'fault', message: `The picture has ${width}×${height} pixels, too many to draw on.` };
  }
  const dataUrl = `data:image/${fileType};base64,${Buffer.concat(parts).toString('base64')}`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<image width="${width}" height="${height}" href="${dataUrl}"/>` +
    `${reads.map((read) => drawRead(read, width, height)).join('')}</svg>`;
  const { pixels } = renderSvg(svg);
  // All four corners are transparent only if the picture could not be decoded.
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  if (corners.every((pixel) => pixels[pixel * 4 + 3] === 0)) {
    return { kind: 'fault', message: `The ${fileType.toUpperCase()} is damaged and cannot be drawn.` };
  }
  return { kind: 'jpeg', bytes: encodeJpeg({ width, height, data: pixels }, jpegQuality).data };
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
