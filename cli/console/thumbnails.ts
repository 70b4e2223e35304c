import type { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import type { Sharp } from 'sharp';
import type { Box } from '../../functions/core/record/plate-read.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { openPicture, type PictureHeader } from '../../functions/plate-reader/open-picture.ts';
import { liesOnItsSide, uprightPointOf } from '../../functions/plate-reader/orientation.ts';
import { fetchPictureBytes } from '../aws/picture-bytes.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Small JPEGs of pictures, upright as EXIF says. */
type Thumbnails = {
  /** One plate, that of the best read where no place in `plates` is named, with some of the car around it. */
  readonly plateOf: (record: PictureRecord, size: 'small' | 'large', place?: number) => Promise<Uint8Array>;
  readonly wholeOf: (record: PictureRecord) => Promise<Uint8Array>;
  /** With all pixels, for what browsers do not show; not kept. */
  readonly fullOf: (record: PictureRecord) => Promise<Uint8Array>;
};

const keptThumbnails = 500;
/** Decoding takes a processor and memory. */
const decodedAtOnce = 2;
const wholeSize = { width: 320, height: 240 };
const plateSizes = { small: { width: 320, height: 120 }, large: { width: 960, height: 400 } };
/** Around the plate, as a part of its width. */
const margin = 0.15;

/** Makes thumbnails, and keeps the last ones in memory. */
export function createThumbnails(s3: S3Client): Thumbnails {
  const kept = new Map<string, Promise<Uint8Array>>();
  const limit = pLimit(decodedAtOnce);

  function keep(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = kept.get(name);
    if (known) return known;
    const making = limit(make);
    kept.set(name, making);
    // A failure may pass.
    making.catch(() => kept.delete(name));
    const [oldest] = kept.keys();
    if (kept.size > keptThumbnails && oldest !== undefined) kept.delete(oldest);
    return making;
  }

  return {
    plateOf: (record, plateSize, place) => {
      const { imageId } = record;
      const box = place === undefined ? record.box : record.plates?.[place]?.box;
      if (!box) throw new CommandError('CANNOT_DRAW', 'The picture has no plate to show.');
      return keep(`${plateSize} plate ${JSON.stringify(box)} of ${imageId}`, () =>
        shrink(s3, record, (image, header) =>
          image.extract(frameOf(box, header)).resize({ ...plateSizes[plateSize], fit: 'inside' }),
        ),
      );
    },
    fullOf: (record) => limit(() => shrink(s3, record, (image) => image)),
    wholeOf: (record) =>
      keep(`whole ${record.imageId}`, () =>
        shrink(s3, record, (image) =>
          image.resize({ ...wholeSize, fit: 'inside', withoutEnlargement: true }),
        ),
      ),
  };
}

async function shrink(
  s3: S3Client,
  record: PictureRecord,
  pipeline: (image: Sharp, header: PictureHeader) => Sharp,
): Promise<Uint8Array> {
  const opening = await openPicture(await fetchPictureBytes(s3, record));
  if (opening.kind === 'refused') throw new CommandError('CANNOT_DRAW', opening.reason.message);
  const rendering = await opening.render((image) =>
    pipeline(image.autoOrient(), opening.header).jpeg({ quality: 80 }),
  );
  if (rendering.kind === 'refused') throw new CommandError('CANNOT_DRAW', rendering.reason.message);
  return rendering.bytes;
}

/**
 * The rectangle around a box in the upright picture, inside it. A box is in pixels as the file stores them; it
 * comes from outside and may lie anywhere.
 */
function frameOf(box: Box, { orientation, ...stored }: PictureHeader) {
  const corners = [
    { x: box.x1, y: box.y1 },
    { x: box.x2, y: box.y2 },
    { x: box.x3, y: box.y3 },
    { x: box.x4, y: box.y4 },
  ].map((corner) => uprightPointOf(corner, orientation, stored.width, stored.height));
  const [width, height] = liesOnItsSide(orientation)
    ? [stored.height, stored.width]
    : [stored.width, stored.height];
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const around = (Math.max(...xs) - Math.min(...xs)) * margin;
  const clamp = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most);
  const left = clamp(Math.min(...xs) - around, width - 1);
  const top = clamp(Math.min(...ys) - around, height - 1);
  const right = clamp(Math.max(...xs) + around, width);
  const bottom = clamp(Math.max(...ys) + around, height);
  return { left, top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
}
