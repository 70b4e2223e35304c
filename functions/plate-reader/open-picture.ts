import sharp, { type Metadata, type Sharp } from 'sharp';
import { fileTypeNames, fileTypeOf, type FileType } from '../core/picture/file-type.ts';
import { dimensionsOf, refuseSize, unknownFileType } from '../core/picture/picture.ts';
import type { Reason } from '../core/record/reason.ts';
import { openHeic } from './open-heic.ts';

/** Room for what a camera makes, and not for a small file that says it is a thousand times larger. */
const maxPixels = 100_000_000;

/**
 * What a decoder may hold of a picture that it cannot decode row by row: a progressive JPEG, an interlaced
 * PNG, a WebP, an AVIF.
 */
const maxDecoderBytes = 160 * 1024 * 1024;

/** A HEIC is decoded as a whole, into eight bytes a pixel: 400 MB. */
const maxHeicPixels = 50_000_000;

// The caller shares out the processors; the decoder's own threads and cache would only take memory.
sharp.concurrency(1);
sharp.cache(false);

/** What the header says: width and height in pixels as stored, and EXIF's orientation from 1 to 8. */
export type PictureHeader = {
  readonly fileType: FileType;
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
};

/** What a pipeline made of a picture. */
type Rendering =
  | { readonly kind: 'rendered'; readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * A picture whose header is read and whose limits are checked, or why it is refused; nothing is decoded yet.
 */
type PictureOpening =
  | {
      readonly kind: 'opened';
      readonly header: PictureHeader;
      /**
       * Decodes the picture as stored, as RGB, and runs it through the pipeline. What is damaged or truncated
       * is refused; with `show` it is rendered as viewers show it, grey where it is missing.
       */
      readonly render: (pipeline: (image: Sharp) => Sharp, damaged?: 'refuse' | 'show') => Promise<Rendering>;
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * The one decoder of pictures. Codes of what it refuses: `EMPTY`, `TOO_LARGE`, `UNKNOWN_FILE_TYPE`,
 * `UNREADABLE_HEADER`, `TOO_MANY_PIXELS`; `DAMAGED_PICTURE` while it is decoded.
 */
export async function openPicture(bytes: Uint8Array): Promise<PictureOpening> {
  const wrongSize = refuseSize(bytes.length);
  if (wrongSize) return { kind: 'refused', reason: wrongSize };
  const fileType = fileTypeOf(bytes);
  if (!fileType) return { kind: 'refused', reason: unknownFileType };
  const name = fileTypeNames[fileType];

  // The header is looked at before the decoder is, which has limits of its own.
  const claimed = dimensionsOf([bytes]);
  const tooLarge = claimed && refusePixels(claimed.width, claimed.height);
  if (tooLarge) return tooLarge;
  if (fileType === 'heic') return await openWithLibHeif(bytes);
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { limitInputPixels: maxPixels }).metadata();
  } catch {
    return refuse('UNREADABLE_HEADER', `The ${name} is damaged: its header cannot be read.`);
  }
  const { width, height, orientation = 1 } = metadata;
  if (decoderBytesOf(metadata) > maxDecoderBytes) {
    return refuse(
      'TOO_MANY_PIXELS',
      `The picture has ${width}×${height} pixels, too many for a file that is not stored row by row.`,
    );
  }
  return {
    kind: 'opened',
    header: { fileType, width, height, orientation },
    render: async (pipeline, damaged = 'refuse') =>
      (await render(bytes, 'truncated', pipeline)) ??
      (await renderWithoutEndMarker(bytes, fileType, pipeline)) ??
      (damaged === 'show' ? await render(bytes, 'none', pipeline) : undefined) ??
      refuse('DAMAGED_PICTURE', `The ${name} is damaged or truncated: it cannot be decoded to its end.`),
  };
}

/** A HEIC's own turns are applied, and no EXIF turns it (ISO/IEC 23008-12, 6.5.10). */
async function openWithLibHeif(bytes: Uint8Array): Promise<PictureOpening> {
  const heic = await openHeic(bytes);
  if (!heic) return refuse('UNREADABLE_HEADER', 'The HEIC is damaged: its header cannot be read.');
  const { width, height } = heic;
  if (width * height > maxHeicPixels) {
    return refuse(
      'TOO_MANY_PIXELS',
      `The HEIC has ${width}×${height} pixels; at most ${maxHeicPixels} are read.`,
    );
  }
  const damaged = refuse('DAMAGED_PICTURE', 'The HEIC is damaged or truncated: it cannot be decoded.');
  let pixels: ReturnType<typeof heic.decode>;
  return {
    kind: 'opened',
    header: { fileType: 'heic', width, height, orientation: 1 },
    render: async (pipeline) => {
      pixels ??= heic.decode();
      if (!pixels) return damaged;
      const raw = { width: pixels.width, height: pixels.height, channels: 3 } as const;
      return (await run(sharp(pixels.rgb, { raw }), pipeline)) ?? damaged;
    },
  };
}

/** Undefined where the decoder meets what `failOn` says. */
async function render(
  bytes: Uint8Array,
  failOn: 'none' | 'truncated' | 'warning',
  pipeline: (image: Sharp) => Sharp,
): Promise<Rendering | undefined> {
  const image = sharp(bytes, { failOn, ignoreIcc: true, limitInputPixels: maxPixels });
  return await run(image.flatten({ background: '#808080' }), pipeline);
}

/** Undefined where the decoder fails. */
async function run(image: Sharp, pipeline: (image: Sharp) => Sharp): Promise<Rendering | undefined> {
  try {
    const { data, info } = await pipeline(image.toColourspace('srgb')).toBuffer({ resolveWithObject: true });
    return { kind: 'rendered', bytes: data, width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}

/**
 * Some cameras leave out a JPEG's last two bytes. With them, a whole picture decodes without a warning, and
 * half a picture does not.
 */
async function renderWithoutEndMarker(
  bytes: Uint8Array,
  fileType: PictureHeader['fileType'],
  pipeline: (image: Sharp) => Sharp,
): Promise<Rendering | undefined> {
  if (fileType !== 'jpeg') return undefined;
  return render(Buffer.concat([bytes, endOfImage]), 'warning', pipeline);
}

/** The marker at the end of a JPEG (ITU-T T.81, B.1.1.3). */
const endOfImage = Uint8Array.of(0xff, 0xd9);

/** What the decoder holds at once, where it must see the whole file before it knows the first row. */
function decoderBytesOf({
  format,
  width,
  height,
  channels,
  depth,
  isProgressive,
  chromaSubsampling,
}: Metadata) {
  if (format === 'webp' || format === 'heif') return width * height * bytesPerPixelOf[format];
  if (!isProgressive) return 0;
  const samples = chromaSubsampling === '4:2:0' ? 1.5 : channels;
  // libjpeg keeps two bytes for each coefficient.
  const bytesPerSample = format === 'png' && depth === 'uchar' ? 1 : 2;
  return width * height * samples * bytesPerSample;
}

/** RGB and transparency of a WebP; an AVIF has its own samples besides. */
const bytesPerPixelOf = { webp: 4, heif: 6 } as const;

function refusePixels(width: number, height: number) {
  if (width * height <= maxPixels) return undefined;
  return refuse(
    'TOO_MANY_PIXELS',
    `The picture has ${width}×${height} pixels; at most ${maxPixels} are read.`,
  );
}

function refuse(code: string, message: string): { readonly kind: 'refused'; readonly reason: Reason } {
  return { kind: 'refused', reason: { code, message } };
}
