import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode as encodeJpeg } from 'jpeg-js';
import type { PlateRead } from '../../../functions/core/record/outcome.ts';
import type { Picture } from '../../../functions/core/picture/picture.ts';

export type Drawing =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array }
  /** Nothing can be drawn on it; the message says why. */
  | { readonly kind: 'fault'; readonly message: string };

await initWasm(readFileSync(fileURLToPath(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'))));
const fontFamily = 'Do Hyeon';
const font = readFileSync(
  fileURLToPath(import.meta.resolve('@expo-google-fonts/do-hyeon/400Regular/DoHyeon_400Regular.ttf')),
);

/** Room for what a camera makes, and not for a small file that says it is a thousand times larger. */
const maxPixels = 100_000_000;

const jpegQuality = 90;

/**
 * Draws the box and the plate of each read on a picture. Boxes are in pixels as the file stores them, and so is the drawing: a rotation
 * that EXIF asks for is not applied, and the JPEG has no EXIF.
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
  const { pixels } = new Resvg(svg, {
    font: { fontBuffers: [font], defaultFontFamily: fontFamily },
  }).render();
  // What cannot be decoded is left out of the drawing, without an error.
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  if (corners.every((pixel) => pixels[pixel * 4 + 3] === 0)) {
    return { kind: 'fault', message: `The ${fileType.toUpperCase()} is damaged and cannot be drawn.` };
  }
  return { kind: 'jpeg', bytes: encodeJpeg({ width, height, data: pixels }, jpegQuality).data };
}

/** The box, and above it, or below it at the upper edge, what was read. */
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

/** A plate is whatever came back: markup is escaped, and what XML does not know at all is replaced. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u{fffe}\u{ffff}]/gu, '\u{fffd}')
    .replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
