import assert from 'node:assert/strict';
import sharp from 'sharp';
import { describe, test } from 'vitest';
import { readPicture } from '../../../functions/plate-reader/read-picture.ts';
import { createFakeNetworks, fakeModels } from './fake-networks.ts';

/** A grey picture with a red plate of 192×48 pixels whose top-left corner is here. */
function drawPlate(width: number, height: number, x: number, y: number) {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#777"/>` +
    `<rect x="${x}" y="${y}" width="192" height="48" fill="#f00"/></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

async function readPlate(width: number, height: number, x: number, y: number, orientation = 1) {
  const { networks, looks, batches } = createFakeNetworks('12가3456');
  const file = await drawPlate(width, height, x, y).withMetadata({ orientation }).png().toBuffer();
  const reading = await readPicture(file, networks, fakeModels);
  assert.equal(reading.kind, 'read');
  return { ...reading, looks, batches };
}

test('a plate is read with its corners, and the picture with its size', async () => {
  const { plates, picture } = await readPlate(1280, 720, 320, 160);
  assert.deepEqual(picture, {
    fileType: 'png',
    width: 1280,
    height: 720,
    orientation: 1,
    resolution: 'normal',
  });
  assert.equal(plates.length, 1);
  const [plate] = plates;
  assert.equal(plate?.plate, '12가3456');
  assert.ok(plate.confidence > 0.9 && plate.confidence <= 1);
  assert.deepEqual(plate.box, { x1: 320, y1: 160, x2: 512, y2: 160, x3: 512, y3: 208, x4: 320, y4: 208 });
});

test('a plate seen at several scales is read once, its three cuts in one batch', async () => {
  const { plates, looks, batches } = await readPlate(1280, 720, 320, 160);
  assert.ok(looks.length > 1);
  assert.equal(plates.length, 1);
  assert.deepEqual(batches, [3]);
});

test('the locator sees sides of multiples of 32, and no more than 1,920 pixels of them', async () => {
  for (const [width, height] of [
    [4000, 3000],
    [1281, 721],
    [500, 300],
    [240, 90],
  ] as const) {
    const { looks } = await readPlate(width, height, 16, 16);
    for (const look of looks) {
      assert.equal(look.width % 32, 0);
      assert.equal(look.height % 32, 0);
      assert.ok(Math.max(look.width, look.height) <= 1920);
      assert.equal(look.pixels.length, look.width * look.height * 3);
    }
  }
});

describe('corners are given for the stored pixels, whatever EXIF says', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`orientation ${orientation}`, async () => {
      const { plates, picture } = await readPlate(1280, 736, 320, 160, orientation);
      assert.deepEqual([picture.width, picture.height], [1280, 736]);
      const box = plates[0]?.box;
      assert.ok(box);
      const near = (found: readonly number[], expected: number) => {
        assert.ok(
          found.every((value) => Math.abs(value - expected) <= 3),
          `${found.join()} is not ${expected}`,
        );
      };
      const xs = [box.x1, box.x2, box.x3, box.x4].toSorted((one, other) => one - other);
      const ys = [box.y1, box.y2, box.y3, box.y4].toSorted((one, other) => one - other);
      near(xs.slice(0, 2), 320);
      near(xs.slice(2), 512);
      near(ys.slice(0, 2), 160);
      near(ys.slice(2), 208);
    });
  }

  test('upside down, the first corner is the stored picture’s bottom right of the plate', async () => {
    const { plates } = await readPlate(1280, 736, 320, 160, 3);
    const box = plates[0]?.box;
    assert.ok(box && Math.abs(box.x1 - 512) <= 3 && Math.abs(box.y1 - 208) <= 3);
  });
});

test('corners of a large picture are those of the file, though less is decoded', async () => {
  const { plates } = await readPlate(4000, 3000, 2000, 1504);
  const box = plates[0]?.box;
  assert.ok(box && Math.abs(box.x1 - 2000) <= 8 && Math.abs(box.y3 - 1552) <= 8);
});

test('a small picture is said to be of low resolution', async () => {
  assert.equal((await readPlate(1279, 800, 320, 160)).picture.resolution, 'low');
  assert.equal((await readPlate(1280, 719, 320, 160)).picture.resolution, 'low');
});

test('a picture without plates is read, with none', async () => {
  const { networks, batches } = createFakeNetworks('12가3456');
  const grey = sharp({ create: { width: 640, height: 480, channels: 3, background: '#777' } });
  const reading = await readPicture(await grey.jpeg().toBuffer(), networks, fakeModels);
  assert.ok(reading.kind === 'read' && reading.plates.length === 0);
  assert.deepEqual(batches, []);
});

test('what is located and shows no character is no plate', async () => {
  const { networks } = createFakeNetworks('');
  const file = await drawPlate(640, 480, 64, 64).png().toBuffer();
  const reading = await readPicture(file, networks, fakeModels);
  assert.ok(reading.kind === 'read' && reading.plates.length === 0);
});
