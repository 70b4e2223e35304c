import type { Point } from './quadrilateral.ts';

/**
 * Where a point of the upright picture lies in the picture as its file stores it. `orientation` is EXIF's tag
 * 0x0112, 1 to 8 (CIPA DC-008, 4.6.4); `width` and `height` are those of the stored picture in pixels.
 */
export function storedPointOf({ x, y }: Point, orientation: number, width: number, height: number): Point {
  switch (orientation) {
    case 2:
      return { x: width - x, y };
    case 3:
      return { x: width - x, y: height - y };
    case 4:
      return { x, y: height - y };
    case 5:
      return { x: y, y: x };
    case 6:
      return { x: y, y: height - x };
    case 7:
      return { x: width - y, y: height - x };
    case 8:
      return { x: width - y, y: x };
    default:
      return { x, y };
  }
}

/** The inverse of `storedPointOf`: where a point of the stored picture lies in the upright one. */
export function uprightPointOf(stored: Point, orientation: number, width: number, height: number): Point {
  // A quarter turn is undone by the opposite one; every other turn undoes itself.
  const inverse = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
  return liesOnItsSide(orientation)
    ? storedPointOf(stored, inverse, height, width)
    : storedPointOf(stored, inverse, width, height);
}

/** Whether EXIF's orientation lays the picture on its side, so that width and height change places. */
export function liesOnItsSide(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}
