import type { Box } from '../core/record/plate-read.ts';
import { liesOnItsSide, storedPointOf } from './orientation.ts';
import type { Point, Quadrilateral } from './quadrilateral.ts';

/** A picture as its file stores it: pixels, and EXIF's orientation from 1 to 8. */
export type StoredPicture = { readonly width: number; readonly height: number; readonly orientation: number };

/**
 * The box, in whole pixels of the stored picture and inside it, of corners in the upright picture, which can
 * have another number of pixels.
 */
export function storedBoxOf(
  corners: Quadrilateral,
  upright: { readonly width: number; readonly height: number },
  { width, height, orientation }: StoredPicture,
): Box {
  const isOnItsSide = liesOnItsSide(orientation);
  const byX = (isOnItsSide ? height : width) / upright.width;
  const byY = (isOnItsSide ? width : height) / upright.height;
  const stored = ({ x, y }: Point) => {
    const point = storedPointOf({ x: x * byX, y: y * byY }, orientation, width, height);
    return { x: whole(point.x, width), y: whole(point.y, height) };
  };
  const [one, two, three, four] = [
    stored(corners[0]),
    stored(corners[1]),
    stored(corners[2]),
    stored(corners[3]),
  ];
  return {
    x1: one.x,
    y1: one.y,
    x2: two.x,
    y2: two.y,
    x3: three.x,
    y3: three.y,
    x4: four.x,
    y4: four.y,
  };
}

function whole(position: number, most: number): number {
  return Math.min(Math.max(Math.round(position), 0), most);
}
