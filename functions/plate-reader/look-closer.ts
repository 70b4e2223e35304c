import type { DecodedPicture } from './decode-picture.ts';
import { peaksOf, type LocatedPlate, type LocatorMaps } from './find-peaks.ts';
import { project, wholeArea } from './project.ts';
import {
  boundsOf,
  edgeLengthsOf,
  homographyOf,
  overlapOf,
  scaleCorners,
  type Point,
  type Quadrilateral,
} from './quadrilateral.ts';
import { refineCorners } from './refine-corners.ts';

/** Corners of plates that are wider, in pixels of the picture, are exact enough. */
const mostWidth = 120;

/** The look shows the plate about so wide, in pixels, but never enlarged more than so many times. */
const shownWidth = 144;
const mostEnlargement = 3;

/** Pixels of the look, a multiple of the locator's 32: the plate and its surroundings. */
const lookWidth = 256;
const lookHeight = 160;

/** A plate that the look finds is the one looked for if its score and their overlap are at least so high. */
const leastScore = 0.2;
const leastOverlap = 0.4;

/** Locates a small plate once more in an enlarged part of the picture: its corners become twice as exact. */
export async function lookCloser(
  picture: DecodedPicture,
  plate: LocatedPlate,
  locate: (look: DecodedPicture) => Promise<LocatorMaps>,
): Promise<LocatedPlate> {
  const { width } = edgeLengthsOf(plate.corners);
  if (width > mostWidth) return plate;
  const scale = Math.min(shownWidth / width, mostEnlargement);
  const part = partAround(plate.corners, lookWidth / scale, lookHeight / scale);
  const look = {
    pixels: new Uint8Array(lookWidth * lookHeight * 3),
    width: lookWidth,
    height: lookHeight,
  };
  project(picture, homographyOf(part), wholeArea, 1, look, { from: 0, to: lookWidth });

  const maps = await locate(look);
  const [corner] = part;
  const seen = peaksOf(maps, leastScore).map((peak) => {
    const corners = scaleCorners(refineCorners(peak.corners, maps), 1 / scale, 1 / scale);
    return { ...peak, corners: moveCorners(corners, corner) };
  });
  const bounds = boundsOf(plate.corners);
  const [best] = seen
    .filter(({ corners }) => overlapOf(boundsOf(corners), bounds) >= leastOverlap)
    .toSorted((one, other) => other.score - one.score);
  return best ? { ...best, score: plate.score } : plate;
}

/** An upright rectangle with the plate in its middle; it may reach beyond the picture. */
function partAround(corners: Quadrilateral, width: number, height: number): Quadrilateral {
  const x = corners.reduce((sum, corner) => sum + corner.x, 0) / 4;
  const y = corners.reduce((sum, corner) => sum + corner.y, 0) / 4;
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function moveCorners([one, two, three, four]: Quadrilateral, by: Point): Quadrilateral {
  const move = ({ x, y }: Point) => ({ x: x + by.x, y: y + by.y });
  return [move(one), move(two), move(three), move(four)];
}
