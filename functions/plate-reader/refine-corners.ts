import { stride, type LocatorMaps } from './find-peaks.ts';
import { distance, edgeLengthsOf, type Point, type Quadrilateral } from './quadrilateral.ts';

/** The cell in which a corner lies is asked again from where it puts the corner. */
const steps = 2;

/**
 * A corner that would move by more than this share of the plate's height stays: the cell sees something else.
 */
const longestMove = 0.7;

/** Moves each corner to where the locator's cell at the corner sees it; in pixels of what the locator saw. */
export function refineCorners(corners: Quadrilateral, maps: LocatorMaps): Quadrilateral {
  const longest = longestMove * edgeLengthsOf(corners).height;
  const refine = (corner: Point, index: number) => {
    let refined = corner;
    for (let step = 0; step < steps; step += 1) {
      const seen = seenFrom(refined, index, maps);
      refined = distance(seen, corner) <= longest ? seen : corner;
    }
    return refined;
  };
  const [one, two, three, four] = corners;
  return [refine(one, 0), refine(two, 1), refine(three, 2), refine(four, 3)];
}

function seenFrom({ x, y }: Point, index: number, { refinements, rows, columns }: LocatorMaps): Point {
  const column = Math.min(Math.max(Math.floor(x / stride), 0), columns - 1);
  const row = Math.min(Math.max(Math.floor(y / stride), 0), rows - 1);
  const at = 2 * index * rows * columns + row * columns + column;
  return {
    x: (column + 0.5) * stride + (refinements[at] ?? 0),
    y: (row + 0.5) * stride + (refinements[at + rows * columns] ?? 0),
  };
}
