import sharp from 'sharp';
import type { Box } from '../core/record/plate-read.ts';
import type { Reason } from '../core/record/reason.ts';
import { openPicture } from './open-picture.ts';
import { project, wholeArea } from './project.ts';
import {
  boundsOf,
  cornersOf,
  edgeLengthsOf,
  enlarge,
  homographyOf,
  type Quadrilateral,
} from './quadrilateral.ts';

/** A rectified plate as a JPEG, or why there is none. */
export type PlateCut =
  { readonly kind: 'cut'; readonly jpeg: Uint8Array } | { readonly kind: 'refused'; readonly reason: Reason };

/** A crop is no wider and no higher, in pixels; a plate is never shown larger than it is. */
const longestSide = 400;

/** The part of the picture around the plate is decoded with at most so many pixels a side. */
const longestDecodedSide = 1600;

/** A margin around the plate, as shares of its width and height, for corners that are not exact. */
const margin = { x: 1.06, y: 1.2 };

/**
 * Cuts the plate out of a picture and straightens it; the box is in the picture's stored pixels. Codes of
 * what is refused: `BOX_OUTSIDE`, and those of `openPicture`.
 */
export async function cutPlate(picture: Uint8Array, box: Box): Promise<PlateCut> {
  const opening = await openPicture(picture);
  if (opening.kind === 'refused') return opening;
  const corners = enlarge(cornersOf(box), margin.x, margin.y);
  const region = regionAround(corners, opening.header);
  if (!region) return boxOutside;

  const scale = Math.min(1, longestDecodedSide / Math.max(region.width, region.height));
  const decodedWidth = Math.ceil(region.width * scale);
  const decodedHeight = Math.ceil(region.height * scale);
  const decoded = await opening.render((image) =>
    image.extract(region).resize({ width: decodedWidth, height: decodedHeight, fit: 'fill' }).raw(),
  );
  if (decoded.kind === 'refused') return decoded;
  const inRegion = moveCorners(corners, region, decodedWidth / region.width, decodedHeight / region.height);
  return { kind: 'cut', jpeg: await straighten({ ...decoded, pixels: decoded.bytes }, inRegion) };
}

type Region = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Whole pixels of the picture around the corners; undefined where the picture has none of them. */
function regionAround(
  corners: Quadrilateral,
  picture: { readonly width: number; readonly height: number },
): Region | undefined {
  const bounds = boundsOf(corners);
  const left = Math.max(0, Math.floor(bounds.left) - 1);
  const top = Math.max(0, Math.floor(bounds.top) - 1);
  const width = Math.min(picture.width, Math.ceil(bounds.right) + 1) - left;
  const height = Math.min(picture.height, Math.ceil(bounds.bottom) + 1) - top;
  // A plate without area cannot be straightened.
  const { width: plateWidth, height: plateHeight } = edgeLengthsOf(corners);
  return Math.min(width, height, plateWidth, plateHeight) >= 1 ? { left, top, width, height } : undefined;
}

async function straighten(
  picture: { readonly pixels: Uint8Array; readonly width: number; readonly height: number },
  corners: Quadrilateral,
): Promise<Uint8Array> {
  const plate = edgeLengthsOf(corners);
  const scale = Math.min(1, longestSide / Math.max(plate.width, plate.height));
  const width = Math.max(1, Math.round(plate.width * scale));
  const height = Math.max(1, Math.round(plate.height * scale));
  const target = { pixels: new Uint8Array(width * height * 3), width, height };
  const samples = Math.min(4, Math.ceil(1 / scale));
  project(picture, homographyOf(corners), wholeArea, samples, target, { from: 0, to: width });
  return sharp(target.pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function moveCorners(
  [one, two, three, four]: Quadrilateral,
  { left, top }: Region,
  byX: number,
  byY: number,
): Quadrilateral {
  const move = ({ x, y }: { x: number; y: number }) => ({ x: (x - left) * byX, y: (y - top) * byY });
  return [move(one), move(two), move(three), move(four)];
}

const boxOutside: PlateCut = {
  kind: 'refused',
  reason: { code: 'BOX_OUTSIDE', message: 'The box of the plate has no area inside the picture.' },
};
