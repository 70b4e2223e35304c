import type { Box } from '../../functions/core/record/plate-read.ts';

/** The corners of a box in one line, in pixels, clockwise from the plate's top left. */
export function boxCorners({ x1, y1, x2, y2, x3, y3, x4, y4 }: Box): string {
  return `${x1},${y1} ${x2},${y2} ${x3},${y3} ${x4},${y4}`;
}
