import { releasePixels, type DecodedPicture } from './decode-picture.ts';
import { peaksOf, withoutDuplicates, type LocatedPlate, type LocatorMaps } from './find-peaks.ts';
import { locateInBands } from './locate-in-bands.ts';
import { lookCloser } from './look-closer.ts';
import { looksOf, type Look } from './looks.ts';
import type { Networks } from './networks.ts';
import { edgeLengthsOf, scaleCorners, type Quadrilateral } from './quadrilateral.ts';
import { refineCorners } from './refine-corners.ts';

/**
 * Plates that are wider in a look, in pixels, are not refined in it: the locator never saw their corners so
 * large.
 */
const mostRefinedWidth = 300;

/** So many plates, the best first, are looked at more closely; time allows no more. */
const mostCloserLooks = 6;

/** A look and what the locator says of it. */
type SeenLook = { readonly look: Pick<Look, 'scaleX' | 'scaleY'>; readonly maps: LocatorMaps };

/** Finds the plates of a picture at all its looks, best first, with corners in pixels of the picture. */
export async function locatePlates(
  picture: DecodedPicture,
  networks: Networks,
  leastScore: number,
): Promise<readonly LocatedPlate[]> {
  const seen: SeenLook[] = [];
  for await (const look of looksOf(picture)) {
    seen.push({ look, maps: await locateInBands(look.picture, networks.locate) });
    releasePixels(look.picture);
  }

  const lookOf = new Map<LocatedPlate, number>();
  for (const [index, seenLook] of seen.entries()) {
    for (const peak of peaksOf(seenLook.maps, leastScore)) {
      const { scaleX, scaleY } = seenLook.look;
      const corners = scaleCorners(refineCorners(peak.corners, seenLook.maps), scaleX, scaleY);
      lookOf.set({ ...peak, corners }, index);
    }
  }
  const plates = withoutDuplicates([...lookOf.keys()]).map((plate) => {
    // Looks come largest first: those before the plate's own show it larger.
    const larger = seen.slice(0, lookOf.get(plate)).reverse();
    return { ...plate, corners: larger.reduce(refineInLook, plate.corners) };
  });
  // One after the other: a reader uses one processor.
  const closer: LocatedPlate[] = [];
  for (const plate of plates.slice(0, mostCloserLooks)) {
    closer.push(await lookCloser(picture, plate, networks.locate));
  }
  return [...closer, ...plates.slice(mostCloserLooks)];
}

/** Corners in pixels of the picture, before and after. */
function refineInLook(corners: Quadrilateral, { look, maps }: SeenLook): Quadrilateral {
  const inLook = scaleCorners(corners, 1 / look.scaleX, 1 / look.scaleY);
  if (edgeLengthsOf(inLook).width > mostRefinedWidth) return corners;
  return scaleCorners(refineCorners(inLook, maps), look.scaleX, look.scaleY);
}
