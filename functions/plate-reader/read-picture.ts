import type { PlateRead } from '../core/record/plate-read.ts';
import { calibrateConfidence } from './calibrate-confidence.ts';
import { chooseText, type ChosenText } from './choose-text.ts';
import { cutStrip, stripBytes } from './cut-strip.ts';
import { decodePicture, type DecodedPicture } from './decode-picture.ts';
import { peaksOf, scalePlate, withoutDuplicates, type LocatedPlate } from './locate-plates.ts';
import { looksOf } from './looks.ts';
import { mergePlates, type TextAtPlace } from './merge-plates.ts';
import type { ModelsDescription } from './models.ts';
import type { Networks } from './networks.ts';
import type { PictureHeader } from './open-picture.ts';
import { liesOnItsSide, storedPointOf } from './orientation.ts';
import type { PictureReading } from './picture-reading.ts';
import type { Point } from './quadrilateral.ts';

/** More plates than a picture shows; what else is found is the least likely. */
const mostPlates = 16;

/** Between these probabilities of two rows, a plate is read both ways. */
const uncertainRows = { from: 0.1, to: 0.9 };

/** A read below this confidence is noise. */
const leastConfidence = 0.05;

/** Reads a picture with networks that are started; nothing is kept between pictures. */
export async function readPicture(
  bytes: Uint8Array,
  networks: Networks,
  models: ModelsDescription,
): Promise<PictureReading> {
  const decoding = await decodePicture(bytes);
  if (decoding.kind === 'refused') return decoding;
  const { picture, header } = decoding;
  const located = await locatePlates(picture, networks, models.thresholds.locatorScore);
  const reads = await readPlates(picture, located, networks, models);
  const plates = mergePlates(reads).map((read) => plateReadOf(read, picture, header));
  const { fileType, width, height } = header;
  const resolution = width < 1280 || height < 720 ? 'low' : 'normal';
  return { kind: 'read', plates, picture: { fileType, width, height, resolution } };
}

/** Corners are in pixels of the decoded picture. */
async function locatePlates(
  picture: DecodedPicture,
  networks: Networks,
  leastScore: number,
): Promise<readonly LocatedPlate[]> {
  const found: LocatedPlate[] = [];
  for (const look of await looksOf(picture)) {
    const maps = await networks.locate(look.picture);
    found.push(...peaksOf(maps, leastScore).map((plate) => scalePlate(plate, look.scaleX, look.scaleY)));
  }
  return withoutDuplicates(found).slice(0, mostPlates);
}

/** Cuts all plates, recognises them in one batch and chooses their texts. */
async function readPlates(
  picture: DecodedPicture,
  located: readonly LocatedPlate[],
  networks: Networks,
  models: ModelsDescription,
): Promise<readonly TextAtPlace[]> {
  const cuts = located.flatMap((plate) => rowCountsOf(plate).map((rows) => ({ plate, rows })));
  if (cuts.length === 0) return [];
  const strips = new Uint8Array(cuts.length * stripBytes);
  for (const [index, { plate, rows }] of cuts.entries()) {
    const strip = strips.subarray(index * stripBytes, (index + 1) * stripBytes);
    cutStrip(picture, plate.corners, rows, models.cut, strip);
  }
  const readings = await networks.recognise(strips);
  const best = new Map<LocatedPlate, ChosenText>();
  for (const [index, { plate }] of cuts.entries()) {
    const reading = readings[index];
    const chosen = reading && chooseText([reading], models.recogniser.alphabet);
    // Cut with the wrong number of rows, a plate shows no text.
    if (chosen && chosen.text !== '' && chosen.probability > (best.get(plate)?.probability ?? 0))
      best.set(plate, chosen);
  }
  return [...best].flatMap(([{ score, corners }, { text, probability }]) => {
    const confidence = calibrateConfidence(probability, score, models.calibration);
    return confidence >= leastConfidence ? [{ text, confidence, corners }] : [];
  });
}

function rowCountsOf({ twoRowsProbability }: LocatedPlate): readonly (1 | 2)[] {
  if (twoRowsProbability < uncertainRows.from) return [1];
  if (twoRowsProbability > uncertainRows.to) return [2];
  return [1, 2];
}

/** With corners in whole pixels of the stored picture, inside it. */
function plateReadOf(
  { text, confidence, corners }: TextAtPlace,
  picture: DecodedPicture,
  { width, height, orientation }: PictureHeader,
): PlateRead {
  const isOnItsSide = liesOnItsSide(orientation);
  const byX = (isOnItsSide ? height : width) / picture.width;
  const byY = (isOnItsSide ? width : height) / picture.height;
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
  const box = {
    x1: one.x,
    y1: one.y,
    x2: two.x,
    y2: two.y,
    x3: three.x,
    y3: three.y,
    x4: four.x,
    y4: four.y,
  };
  return { plate: text, confidence, box };
}

function whole(position: number, most: number): number {
  return Math.min(Math.max(Math.round(position), 0), most);
}
