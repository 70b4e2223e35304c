import { calibrateConfidence, type Evidence } from './calibrate-confidence.ts';
import { chooseText } from './choose-text.ts';
import { cutStrip, stripBytes } from './cut-strip.ts';
import { decodePicture, releasePixels, type DecodedPicture } from './decode-picture.ts';
import type { LocatedPlate } from './find-peaks.ts';
import { locatePlates } from './locate-plates.ts';
import { mergePlates, type TextAtPlace } from './merge-plates.ts';
import type { ModelsDescription } from './models.ts';
import type { Networks } from './networks.ts';
import type { PictureReading } from './picture-reading.ts';
import { edgeLengthsOf, enlarge } from './quadrilateral.ts';
import { storedBoxOf } from './stored-box.ts';

/** More plates than a picture shows; what else is found is the least likely. */
const mostPlates = 16;

/** Between these probabilities of two rows, a plate is read both ways. */
const uncertainRows = { from: 0.2, to: 0.8 };

/** Plates in two rows are twice as wide as high; pictures are squashed by up to 30 %. */
const mostWidthOfTwoRows = 2.9;

/**
 * The corners as located, and a plate with a little less and a little more around it: corners are never
 * exact.
 */
const margins = [
  { x: 1, y: 1 },
  { x: 0.97, y: 0.93 },
  { x: 1.03, y: 1.08 },
];

/** So many plates, the best first, are cut with all margins; time allows no more. */
const platesCutWithAllMargins = 1;

/** A read below this confidence is noise. */
const leastConfidence = 0.01;

/**
 * Reads a picture with networks that are started; nothing is kept between pictures. `confidenceOf` is 0 to 1;
 * calibrating the models replaces it.
 */
export async function readPicture(
  bytes: Uint8Array,
  networks: Networks,
  models: ModelsDescription,
  confidenceOf = (evidence: Evidence) => calibrateConfidence(evidence, models.calibration),
): Promise<PictureReading> {
  const decoding = await decodePicture(bytes);
  if (decoding.kind === 'refused') return decoding;
  const { picture, header } = decoding;
  const located = await locatePlates(picture, networks, models.thresholds.locatorScore);

  const reads = await readPlates(picture, located.slice(0, mostPlates), networks, models, confidenceOf);
  releasePixels(picture);
  const plates = mergePlates(reads).map(({ text, confidence, corners }) => ({
    plate: text,
    confidence,
    box: storedBoxOf(corners, picture, header),
  }));
  const { fileType, width, height, orientation } = header;
  const resolution = width < 1280 || height < 720 ? 'low' : 'normal';
  return { kind: 'read', plates, picture: { fileType, width, height, orientation, resolution } };
}

/** One located plate, cut with one number of rows: one or several strips. */
type CutPlate = { readonly plate: LocatedPlate; readonly rows: 1 | 2; readonly margins: typeof margins };

/** Cuts all plates, recognises them in one batch and chooses their texts. */
async function readPlates(
  picture: DecodedPicture,
  located: readonly LocatedPlate[],
  networks: Networks,
  models: ModelsDescription,
  confidenceOf: (evidence: Evidence) => number,
): Promise<readonly TextAtPlace[]> {
  const cuts: readonly CutPlate[] = located.flatMap((plate, index) => {
    const ofPlate = index < platesCutWithAllMargins ? margins : margins.slice(0, 1);
    return rowCountsOf(plate).map((rows) => ({ plate, rows, margins: ofPlate }));
  });
  const stripCount = cuts.reduce((sum, cut) => sum + cut.margins.length, 0);
  if (stripCount === 0) return [];
  const strips = new Uint8Array(stripCount * stripBytes);
  let next = 0;
  for (const { plate, rows, margins } of cuts) {
    for (const { x, y } of margins) {
      const strip = strips.subarray(next * stripBytes, (next + 1) * stripBytes);
      cutStrip(picture, enlarge(plate.corners, x, y), rows, models.cut, strip);
      next += 1;
    }
  }
  const readings = [...(await networks.recognise(strips))];
  return cuts
    .map(({ plate, margins }) => {
      const { text, probability, isLegal } = chooseText(
        readings.splice(0, margins.length),
        models.recogniser.alphabet,
      );
      const evidence = { textProbability: probability, locatorScore: plate.score, isLegal };
      return { text, confidence: confidenceOf(evidence), corners: plate.corners };
    })
    .filter(({ text, confidence }) => text !== '' && confidence >= leastConfidence);
}

function rowCountsOf({ corners, twoRowsProbability }: LocatedPlate): readonly (1 | 2)[] {
  const { width, height } = edgeLengthsOf(corners);
  if (width > mostWidthOfTwoRows * height || twoRowsProbability < uncertainRows.from) return [1];
  if (twoRowsProbability > uncertainRows.to) return [2];
  return [1, 2];
}
