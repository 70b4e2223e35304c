import type { Box } from '../core/record/plate-read.ts';

/** In pixels from the picture's top-left corner; the middle of the first pixel is (0.5, 0.5). */
export type Point = { readonly x: number; readonly y: number };

/** The corners of a plate, clockwise from the plate's own top-left. */
export type Quadrilateral = readonly [Point, Point, Point, Point];

/** The corners of a record's box. */
export function cornersOf({ x1, y1, x2, y2, x3, y3, x4, y4 }: Box): Quadrilateral {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y2 },
    { x: x3, y: y3 },
    { x: x4, y: y4 },
  ];
}

/** The upright rectangle around a quadrilateral. */
type Bounds = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

export function boundsOf(corners: Quadrilateral): Bounds {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** The area that two rectangles share, as a share of the area that both cover together: 0 to 1. */
export function overlapOf(one: Bounds, other: Bounds): number {
  const shared = sharedAreaOf(one, other);
  return shared / Math.max(areaOf(one) + areaOf(other) - shared, Number.EPSILON);
}

/** The area that two rectangles share, as a share of the smaller one's area: 0 to 1. */
export function containmentOf(one: Bounds, other: Bounds): number {
  return sharedAreaOf(one, other) / Math.max(Math.min(areaOf(one), areaOf(other)), Number.EPSILON);
}

function sharedAreaOf(one: Bounds, other: Bounds): number {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return Math.max(0, width) * Math.max(0, height);
}

function areaOf({ left, top, right, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}

/** The mean length of the two upper and lower edges, and of the two at the sides, in pixels. */
export function edgeLengthsOf([topLeft, topRight, bottomRight, bottomLeft]: Quadrilateral): {
  readonly width: number;
  readonly height: number;
} {
  return {
    width: (distance(topLeft, topRight) + distance(bottomLeft, bottomRight)) / 2,
    height: (distance(topLeft, bottomLeft) + distance(topRight, bottomRight)) / 2,
  };
}

/** In pixels. */
export function distance(one: Point, other: Point): number {
  return Math.hypot(other.x - one.x, other.y - one.y);
}

/** The quadrilateral in pixels of a picture that is so many times as wide and as high. */
export function scaleCorners(corners: Quadrilateral, byX: number, byY: number): Quadrilateral {
  const [one, two, three, four] = corners;
  const scale = ({ x, y }: Point) => ({ x: x * byX, y: y * byY });
  return [scale(one), scale(two), scale(three), scale(four)];
}

/**
 * Moves the corners outwards along the plate's two axes: by 1.04 and 1.1, a plate becomes 4 % wider and 10 %
 * higher.
 */
export function enlarge(corners: Quadrilateral, byX: number, byY: number): Quadrilateral {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const along = {
    x: ((topRight.x + bottomRight.x - topLeft.x - bottomLeft.x) / 4) * (byX - 1),
    y: ((topRight.y + bottomRight.y - topLeft.y - bottomLeft.y) / 4) * (byX - 1),
  };
  const down = {
    x: ((bottomRight.x + bottomLeft.x - topLeft.x - topRight.x) / 4) * (byY - 1),
    y: ((bottomRight.y + bottomLeft.y - topLeft.y - topRight.y) / 4) * (byY - 1),
  };
  const moved = (corner: Point, alongSign: number, downSign: number) => ({
    x: corner.x + alongSign * along.x + downSign * down.x,
    y: corner.y + alongSign * along.y + downSign * down.y,
  });
  return [moved(topLeft, -1, -1), moved(topRight, 1, -1), moved(bottomRight, 1, 1), moved(bottomLeft, -1, 1)];
}

/**
 * Maps (u, v) of the unit square to the quadrilateral: x = (a·u + b·v + c) / (g·u + h·v + 1), y = (d·u + e·v
 * + f) / (g·u + h·v + 1).
 */
export type Homography = {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly g: number;
  readonly h: number;
};

/**
 * The projection that takes the unit square's corners to these corners (Heckbert, Fundamentals of Texture
 * Mapping, 1989, 2.2.3).
 */
export function homographyOf([p0, p1, p2, p3]: Quadrilateral): Homography {
  const sumX = p0.x - p1.x + p2.x - p3.x;
  const sumY = p0.y - p1.y + p2.y - p3.y;
  const dx1 = p1.x - p2.x;
  const dy1 = p1.y - p2.y;
  const dx2 = p3.x - p2.x;
  const dy2 = p3.y - p2.y;
  const determinant = dx1 * dy2 - dx2 * dy1;
  // Corners on one line have no projection; without perspective the strip shows the line.
  const g = determinant === 0 ? 0 : (sumX * dy2 - dx2 * sumY) / determinant;
  const h = determinant === 0 ? 0 : (dx1 * sumY - sumX * dy1) / determinant;
  return {
    a: p1.x - p0.x + g * p1.x,
    b: p3.x - p0.x + h * p3.x,
    c: p0.x,
    d: p1.y - p0.y + g * p1.y,
    e: p3.y - p0.y + h * p3.y,
    f: p0.y,
    g,
    h,
  };
}
