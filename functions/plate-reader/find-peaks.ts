import { boundsOf, overlapOf, type Quadrilateral } from './quadrilateral.ts';

/** What the locator says of each cell of its grid: one cell for each 8×8 pixels, row by row. */
export type LocatorMaps = {
  readonly columns: number;
  readonly rows: number;
  /** The probability that a plate's middle lies in the cell. */
  readonly scores: Float32Array;
  /** Eight maps, one after the other: x1, y1 … x4, y4 in pixels from the middle of the cell. */
  readonly corners: Float32Array;
  /**
   * As `corners`; each pair is meant for the cell in which its corner lies, which sees the corner from
   * nearby.
   */
  readonly refinements: Float32Array;
  /** The probability that the plate has two rows. */
  readonly twoRows: Float32Array;
};

/** A place where a plate may be. */
export type LocatedPlate = {
  readonly score: number;
  readonly corners: Quadrilateral;
  /** 0 to 1. */
  readonly twoRowsProbability: number;
};

/** Pixels of a cell's side. */
export const stride = 8;
const neighbourhood = 2;

/** Above this share of their common area, two located plates are the same one. */
const samePlateOverlap = 0.3;

/**
 * The cells that no cell of their 5×5 neighbourhood exceeds; corners are in pixels of what the locator saw.
 */
export function peaksOf(maps: LocatorMaps, leastScore: number): readonly LocatedPlate[] {
  const peaks: LocatedPlate[] = [];
  for (let row = 0; row < maps.rows; row += 1) {
    for (let column = 0; column < maps.columns; column += 1) {
      const cell = row * maps.columns + column;
      const score = maps.scores[cell] ?? 0;
      if (score < leastScore || !isHighest(maps, row, column, score)) continue;
      peaks.push({
        score,
        corners: cornersAt(maps, row, column),
        twoRowsProbability: maps.twoRows[cell] ?? 0,
      });
    }
  }
  return peaks;
}

function isHighest(
  { scores, rows, columns }: LocatorMaps,
  row: number,
  column: number,
  score: number,
): boolean {
  const lastRow = Math.min(row + neighbourhood, rows - 1);
  const lastColumn = Math.min(column + neighbourhood, columns - 1);
  for (let otherRow = Math.max(row - neighbourhood, 0); otherRow <= lastRow; otherRow += 1) {
    for (let other = Math.max(column - neighbourhood, 0); other <= lastColumn; other += 1) {
      if ((scores[otherRow * columns + other] ?? 0) > score) return false;
    }
  }
  return true;
}

function cornersAt({ corners, rows, columns }: LocatorMaps, row: number, column: number): Quadrilateral {
  const cell = row * columns + column;
  const middle = { x: (column + 0.5) * stride, y: (row + 0.5) * stride };
  const corner = (index: number) => ({
    x: middle.x + (corners[2 * index * rows * columns + cell] ?? 0),
    y: middle.y + (corners[(2 * index + 1) * rows * columns + cell] ?? 0),
  });
  return [corner(0), corner(1), corner(2), corner(3)];
}

/** Each plate once, best first: of those that overlap, the one with the highest score. */
export function withoutDuplicates(plates: readonly LocatedPlate[]): readonly LocatedPlate[] {
  const kept: LocatedPlate[] = [];
  for (const plate of plates.toSorted((one, other) => other.score - one.score)) {
    const bounds = boundsOf(plate.corners);
    if (kept.every((other) => overlapOf(bounds, boundsOf(other.corners)) < samePlateOverlap))
      kept.push(plate);
  }
  return kept;
}
