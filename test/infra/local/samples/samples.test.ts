import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { imageDimensionsFromData } from 'image-dimensions';
import { test } from 'vitest';
import { readTruth, type PlateTruth } from '../../../../infra/local/endpoint/picture-truth.ts';
import { makeSamples } from '../../../../infra/local/samples/sample-scenes.ts';
import { makeJpegOfSize, readSample, samples } from '../../../../infra/local/samples/samples.ts';

const pictures = samples.filter((sample) => sample.expected.status !== 'REJECTED');

function bestPlate(plates: readonly PlateTruth[]): string | undefined {
  return plates.toSorted((one, other) => other.confidence - one.confidence)[0]?.plate;
}

test('every committed file is in the list, and every listed file is committed', () => {
  const committed = readdirSync(new URL('../../../../infra/local/samples/pictures/', import.meta.url));
  assert.deepEqual(committed.toSorted(), samples.map((sample) => sample.file).toSorted());
});

test('no two samples share a key', () => {
  assert.equal(new Set(samples.map((sample) => sample.key)).size, samples.length);
});

test('all samples together are smaller than 700 KB, none larger than 100 KB', () => {
  const sizes = samples.map((sample) => readSample(sample.file).length);
  assert.ok(Math.max(...sizes) < 100_000);
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 700_000);
});

test('drawing the samples again gives the committed bytes', () => {
  const redrawn = makeSamples();
  for (const { file } of samples) {
    assert.ok(redrawn[file]);
    assert.ok(
      Buffer.from(redrawn[file]).equals(readSample(file)),
      `${file} is drawn otherwise than committed`,
    );
  }
});

for (const { file, expected } of pictures) {
  test(`${file} has an intact truth with the plate of the list`, () => {
    const truth = readTruth(readSample(file));
    assert.equal(truth.kind, 'truth');
    assert.equal(bestPlate(truth.plates), expected.status === 'READ' ? expected.plate : undefined);
  });

  test(`${file} has the resolution that the endpoint calls normal`, () => {
    const type = file.endsWith('.png') ? 'png' : 'jpeg';
    assert.deepEqual(imageDimensionsFromData(readSample(file)), { width: 1280, height: 720, type });
  });

  test(`${file} has every box inside the picture, with corners clockwise from the top left`, () => {
    const truth = readTruth(readSample(file));
    assert.equal(truth.kind, 'truth');
    for (const { box } of truth.plates) {
      for (const x of [box.x1, box.x2, box.x3, box.x4]) assert.ok(x >= 0 && x <= 1280);
      for (const y of [box.y1, box.y2, box.y3, box.y4]) assert.ok(y >= 0 && y <= 720);
      assert.ok(box.x1 < box.x2 && box.x4 < box.x3 && box.y1 < box.y4 && box.y2 < box.y3);
    }
  });
}

test('one picture shows two plates, the one with the higher confidence last', () => {
  const truth = readTruth(readSample('two-cars.jpg'));
  assert.equal(truth.kind, 'truth');
  assert.deepEqual(
    truth.plates.map(({ plate }) => plate),
    ['68고2357', '245러6789'],
  );
});

test('the tilted picture has a tilted box', () => {
  const truth = readTruth(readSample('tilted-rental.jpg'));
  assert.equal(truth.kind, 'truth');
  const [rental] = truth.plates;
  assert.ok(rental && rental.box.y2 < rental.box.y1 && rental.box.x4 > rental.box.x1);
});

test('the file named .jpg that is a GIF is a valid GIF', () => {
  assert.equal(imageDimensionsFromData(readSample('gif-named.jpg'))?.type, 'gif');
});

test('the truncated JPEG begins like a JPEG, but has no dimensions', () => {
  const truncated = readSample('truncated.jpg');
  assert.equal(Buffer.from(truncated.subarray(0, 3)).toString('hex'), 'ffd8ff');
  assert.equal(imageDimensionsFromData(truncated), undefined);
});

test('a JPEG of any larger size than a sample can be made, with an intact truth', () => {
  for (const sizeBytes of [100_000, 100_001, 5 * 1024 * 1024 + 1]) {
    const picture = makeJpegOfSize(sizeBytes);
    assert.equal(picture.length, sizeBytes);
    assert.equal(readTruth(picture).kind, 'truth');
    assert.equal(imageDimensionsFromData(picture)?.width, 1280);
  }
});

test('a JPEG cannot be made smaller than its sample', () => {
  assert.throws(() => makeJpegOfSize(10), RangeError);
});
