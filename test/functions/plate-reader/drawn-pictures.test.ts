import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { PlateReader } from '../../../functions/plate-reader/plate-reader.ts';
import { createPlateReader } from '../../../functions/plate-reader/plate-reader.ts';
import { createReaderPool } from '../../../functions/plate-reader/reader-pool.ts';

let reader: PlateReader;

beforeAll(async () => {
  reader = await createPlateReader();
});

afterAll(async () => {
  await reader.close();
});

function readSample(file: string): Uint8Array {
  return readFileSync(new URL(`../../../infra/local/samples/pictures/${file}`, import.meta.url));
}

async function read(bytes: Uint8Array) {
  const reading = await reader.read(bytes);
  assert.equal(reading.kind, 'read');
  return reading;
}

describe('the committed models read drawn pictures', () => {
  for (const [file, plate] of [
    ['day.jpg', '123가4567'],
    ['night.jpg', '12가3456'],
    ['tilted-rental.jpg', '12허3456'],
    ['two-cars.jpg', '245러6789'],
    ['electric.png', '361소9024'],
  ] as const) {
    test(file, async () => {
      const [best] = (await read(readSample(file))).plates;
      assert.equal(best?.plate, plate);
      assert.ok(best.confidence > 0.5 && best.confidence <= 1);
    });
  }

  test('and find no plate on an empty road', async () => {
    assert.deepEqual((await read(readSample('empty-road.png'))).plates, []);
  });
});

describe('the same plate is read at its place', () => {
  const centreOf = async (bytes: Uint8Array) => {
    const { plates, picture } = await read(bytes);
    assert.equal(plates[0]?.plate, '123가4567');
    const { x1, x3, y1, y3 } = plates[0].box;
    return [(x1 + x3) / 2 / picture.width, (y1 + y3) / 2 / picture.height] as const;
  };
  const near = (found: readonly number[], expected: readonly number[]) => {
    assert.ok(found.every((share, index) => Math.abs(share - (expected[index] ?? 0)) < 0.01));
  };

  test('in a picture of twelve million pixels', async () => {
    const bytes = readSample('day.jpg');
    const large = await sharp(bytes).resize({ width: 4000, height: 3000, fit: 'fill' }).jpeg().toBuffer();
    near(await centreOf(large), await centreOf(bytes));
  });

  test('in a file that EXIF turns upside down', async () => {
    const bytes = readSample('day.jpg');
    const [x, y] = await centreOf(bytes);
    const turned = await sharp(bytes).rotate(180).withMetadata({ orientation: 3 }).jpeg().toBuffer();
    near(await centreOf(turned), [1 - x, 1 - y]);
  });
});

test('a pool reads in its worker threads what one reader reads', async () => {
  const pool = await createReaderPool({ workers: 1 });
  try {
    const bytes = readSample('day.jpg');
    assert.deepEqual(await pool.read(bytes), await reader.read(bytes));
  } finally {
    await pool.close();
  }
});
