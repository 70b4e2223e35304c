import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { createRecordSearch } from '../../functions/adapters/record-search.ts';
import { plateRead, type Box } from '../../functions/core/record/plate-read.ts';
import { readTruth } from '../../infra/local/endpoint/picture-truth.ts';
import { makeOddPictures, type OddPicture } from '../../infra/local/samples/odd-pictures.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { putItems } from '../cli/put-items.ts';
import { eventually } from '../eventually.ts';
import type { SampleConsole } from './sample-console.ts';

type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const smallestScale = 0.4;
/** The line of the box with its corners, in pixels of the screen, is around the plate. */
const lineWidth = 8;

const upright = readSample('day.jpg');

/** A sample as a telephone stores it: lying on its side, with EXIF's orientation 6. */
export async function turnedPicture(): Promise<OddPicture> {
  const picture = (await makeOddPictures()).find(({ name }) => name === 'portrait.jpg');
  assert.ok(picture);
  assert.equal((await sharp(picture.bytes).metadata()).orientation, 6);
  return picture;
}

/**
 * Waits for the record of a key that ends so, and completes it with the truth of the turned picture: the local
 * package turns pictures only on machines of its own architecture. Returns its image id.
 */
export async function completeRecord(
  { dynamodb, stack }: SampleConsole,
  keyEnd: string,
  { bytes, plate, box }: OddPicture,
): Promise<string> {
  const { width, height } = await sharp(bytes).metadata();
  const record = await eventually(`a record of ${keyEnd}`, async () => {
    for await (const each of createRecordSearch(dynamodb, stack.tableName, Date.now).scan({})) {
      if (each.key.endsWith(keyEnd)) return each;
    }
    return undefined;
  });
  const read = { plate, confidence: 0.97, box };
  const turned = { ...{ fileType: 'jpeg', width, height }, preparation: ['turned'] };
  const final = { status: 'READ', readAt: new Date().toISOString(), ...read, plates: [read], ...turned };
  const unclaimed = { claimOwner: undefined, claimUntil: undefined, reason: undefined };
  await putItems(dynamodb, stack.tableName, [{ ...record, ...unclaimed, ...final }]);
  return record.imageId;
}

/**
 * Fails unless the page shows the turned picture upright, with its one box over the plate: by its place, and by
 * what can be seen there. `within` selects the place of the picture.
 */
export async function checkBoxLiesOnPlate(page: Page, within: string): Promise<void> {
  const { width, height } = await sharp(upright).metadata();
  const sheet = page.locator(`${within} .viewer-sheet`);
  const polygon = sheet.locator('polygon');
  await polygon.waitFor();
  assert.equal(await polygon.count(), 1);
  const [image, box] = [await sheet.locator('img').boundingBox(), await polygon.boundingBox()];
  assert.ok(image && box);
  assert.ok(Math.abs(image.width / image.height - width / height) < 0.02, JSON.stringify(image));

  const scale = image.width / width;
  const truth = frameOf(truthOf(upright));
  const expected = {
    x: image.x + truth.x * scale,
    y: image.y + truth.y * scale,
    width: truth.width * scale,
    height: truth.height * scale,
  };
  const distances = edgesOf(box).map((edge, side) => Math.abs(edge - (edgesOf(expected)[side] ?? 0)));
  assert.ok(Math.max(...distances) <= lineWidth, JSON.stringify({ box, expected }));

  // A plate of a few pixels has nothing to compare.
  if (scale < smallestScale) return;
  await sheet.evaluate('(sheet) => sheet.querySelector("svg").setAttribute("visibility", "hidden")');
  const seen = await page.screenshot({ clip: expected });
  const difference = await differenceOf(seen, await sharp(upright).extract(rounded(truth)).toBuffer());
  const elsewhere = { ...truth, y: truth.y - 3 * truth.height };
  const other = await differenceOf(seen, await sharp(upright).extract(rounded(elsewhere)).toBuffer());
  assert.ok(difference < other / 2, `The plate differs by ${difference}, another place by ${other}.`);
}

function truthOf(picture: Uint8Array): Box {
  const truth = readTruth(picture);
  assert.equal(truth.kind, 'truth');
  return plateRead.parse(truth.plates[0]).box;
}

function frameOf({ x1, x2, x3, x4, y1, y2, y3, y4 }: Box): Rectangle {
  const [x, y] = [Math.min(x1, x2, x3, x4), Math.min(y1, y2, y3, y4)];
  return { x, y, width: Math.max(x1, x2, x3, x4) - x, height: Math.max(y1, y2, y3, y4) - y };
}

function edgesOf({ x, y, width, height }: Rectangle): readonly number[] {
  return [x, y, x + width, y + height];
}

/** The mean difference of two pictures' grey values, whatever their sizes. */
async function differenceOf(one: Uint8Array, other: Uint8Array): Promise<number> {
  const greys = (picture: Uint8Array) =>
    sharp(picture).resize(48, 12, { fit: 'fill' }).removeAlpha().greyscale().raw().toBuffer();
  const [left, right] = [await greys(one), await greys(other)];
  return left.reduce((sum, grey, at) => sum + Math.abs(grey - (right[at] ?? 0)), 0) / left.length;
}

function rounded({ x, y, width, height }: Rectangle) {
  return {
    left: Math.round(x),
    top: Math.round(y),
    width: Math.round(width),
    height: Math.round(height),
  };
}
