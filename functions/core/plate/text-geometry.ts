import type { Box } from '../record/plate-read.ts';

/** A point or a direction in pixels, from the picture's top-left corner. */
type Point = { readonly x: number; readonly y: number };

/** Of the higher of two texts: a region is stacked in front of digits that are up to three times as high. */
const leastShareOfHeight = 0.3;
/** Gaps are shares of the higher text's height. Neighbours on a plate may touch, or have a bolt in between. */
const mostOverlap = 0.5;
const widestGap = 1.6;
/** How far the middles of two neighbours may be from a common line. */
const mostShift = 0.5;
/** Between the middles of two rows, in mean heights of the rows. */
const leastRowDistance = 0.5;
const mostRowDistance = 1.8;
/** No plate has characters in its upper row that are much higher than those below. */
const highestUpperRow = 1.25;
/** The share of the narrower row that must be above or below the other row. */
const leastCommonWidth = 0.5;

/**
 * The gap between two texts in pixels if the second follows the first on the same row, else undefined. Rows
 * follow the upper edge of the first text, so the picture may be turned.
 */
export function followsOnRow(first: Box, second: Box): number | undefined {
  const axes = axesOf(first);
  const [one, other] = [extentOf([first], axes), extentOf([second], axes)];
  const [lower, higher] = [one.height, other.height].toSorted((low, high) => low - high);
  if (lower === undefined || higher === undefined || higher === 0) return undefined;
  const gap = other.left - one.right;
  const isNeighbour =
    lower >= leastShareOfHeight * higher &&
    gap >= -mostOverlap * higher &&
    gap <= widestGap * higher &&
    other.left > one.left &&
    Math.abs(middleOf(one) - middleOf(other)) <= mostShift * higher;
  return isNeighbour ? gap : undefined;
}

/** Whether `lower` is the row right below `upper`. */
export function isBelow(upper: Box, lower: Box): boolean {
  const axes = axesOf(lower);
  const [one, other] = [extentOf([upper], axes), extentOf([lower], axes)];
  const height = (one.height + other.height) / 2;
  const distance = middleOf(other) - middleOf(one);
  const common = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const narrower = Math.min(one.right - one.left, other.right - other.left);
  return (
    distance >= leastRowDistance * height &&
    distance <= mostRowDistance * height &&
    one.height >= leastShareOfHeight * other.height &&
    one.height <= highestUpperRow * other.height &&
    common >= leastCommonWidth * narrower
  );
}

/** The smallest box around these boxes that is turned as the last of them; a single box as it is. */
export function boundsAlong(boxes: readonly Box[]): Box {
  const [last] = boxes.slice(-1);
  if (!last || boxes.length === 1) return last ?? noBox;
  const axes = axesOf(last);
  const { left, right, top, bottom } = extentOf(boxes, axes);
  const at = (along: number, down: number): Point => ({
    x: along * axes.along.x + down * axes.down.x,
    y: along * axes.along.y + down * axes.down.y,
  });
  const [one, two, three, four] = [at(left, top), at(right, top), at(right, bottom), at(left, bottom)];
  return {
    ...{ x1: one.x, y1: one.y, x2: two.x, y2: two.y },
    ...{ x3: three.x, y3: three.y, x4: four.x, y4: four.y },
  };
}

type Axes = { readonly along: Point; readonly down: Point };

/** Directions of length 1: along the text's upper edge, and at right angles to it. */
function axesOf({ x1, y1, x2, y2 }: Box): Axes {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const along = length === 0 ? { x: 1, y: 0 } : { x: (x2 - x1) / length, y: (y2 - y1) / length };
  return { along, down: { x: -along.y, y: along.x } };
}

type Extent = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
};

function extentOf(boxes: readonly Box[], { along, down }: Axes): Extent {
  const corners = boxes.flatMap(cornersOf);
  const across = corners.map(({ x, y }) => x * along.x + y * along.y);
  const downwards = corners.map(({ x, y }) => x * down.x + y * down.y);
  const [top, bottom] = [Math.min(...downwards), Math.max(...downwards)];
  return { left: Math.min(...across), right: Math.max(...across), top, bottom, height: bottom - top };
}

function cornersOf({ x1, y1, x2, y2, x3, y3, x4, y4 }: Box): readonly Point[] {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y2 },
    { x: x3, y: y3 },
    { x: x4, y: y4 },
  ];
}

function middleOf({ top, bottom }: Extent): number {
  return (top + bottom) / 2;
}

const noBox: Box = { x1: 0, y1: 0, x2: 0, y2: 0, x3: 0, y3: 0, x4: 0, y4: 0 };
