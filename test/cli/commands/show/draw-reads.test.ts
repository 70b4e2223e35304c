import assert from 'node:assert/strict';
import { decode } from 'jpeg-js';
import { test } from 'vitest';
import { drawReads } from '../../../../cli/commands/show/draw-reads.ts';
import { checkPicture, type Picture } from '../../../../functions/core/picture/picture.ts';
import { makeJpeg } from '../../../fakes/pictures.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';

const box = { x1: 300, y1: 300, x2: 500, y2: 300, x3: 500, y3: 400, x4: 300, y4: 400 };

function pictureOf(bytes: Uint8Array): Picture {
  const check = checkPicture([bytes]);
  assert.equal(check.kind, 'picture');
  return check.picture;
}

/** Red, green and blue of some pixels. */
function coloursOf(jpeg: Uint8Array, ...places: readonly (readonly [x: number, y: number])[]) {
  const { width, data } = decode(jpeg, { useTArray: true });
  return places.map(([x, y]) => Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)));
}

function isGreen([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return green > red + 60 && green > blue + 60;
}

test('each box is drawn, and the size and all other pixels stay the same', async () => {
  const picture = pictureOf(readSample('empty-road.png'));
  const other = { x1: 900, y1: 600, x2: 1000, y2: 600, x3: 1000, y3: 650, x4: 900, y4: 650 };
  const reads = [
    { plate: '12가3456', confidence: 0.9, box },
    { plate: '바5215', confidence: 0.5, box: other },
  ];
  const drawing = await drawReads(picture, reads);
  assert.equal(drawing.kind, 'jpeg');
  const drawn = pictureOf(drawing.bytes);
  assert.deepEqual([drawn.fileType, drawn.width, drawn.height], ['jpeg', picture.width, picture.height]);
  const plain = await drawReads(picture, []);
  assert.equal(plain.kind, 'jpeg');
  const edges = [
    [400, 300],
    [500, 350],
    [400, 400],
    [300, 350],
    [950, 600],
  ] as const;
  assert.ok(coloursOf(drawing.bytes, ...edges).every(isGreen));
  assert.ok(!coloursOf(plain.bytes, ...edges).some(isGreen));
  const outside = [
    [100, 700],
    [400, 350],
  ] as const;
  const differences = coloursOf(drawing.bytes, ...outside).map((colour, index) =>
    Math.max(
      ...colour.map((value, part) =>
        Math.abs(value - (coloursOf(plain.bytes, ...outside)[index]?.[part] ?? NaN)),
      ),
    ),
  );
  assert.ok(
    differences.every((difference) => difference < 8),
    String(differences),
  );
});

test('a plate with markup is drawn as text', async () => {
  const drawing = await drawReads(pictureOf(readSample('day.jpg')), [
    { plate: '</text><rect width="1280" height="720" fill="red"/>&\u0000\ud800"\uffff', confidence: 1, box },
  ]);
  assert.equal(drawing.kind, 'jpeg');
  const [corner = []] = coloursOf(drawing.bytes, [1270, 10]);
  assert.ok((corner[2] ?? 0) > 200, String(corner));
});

test('a damaged picture is an error, not an empty drawing', async () => {
  const whole = readSample('day.jpg');
  const damaged = pictureOf(whole.subarray(0, whole.length / 2));
  assert.deepEqual(await drawReads(damaged, [{ plate: '12가3456', confidence: 0.9, box }]), {
    kind: 'fault',
    message: 'The JPEG is damaged or truncated: it cannot be decoded to its end.',
  });
});

test('a small file with enormous dimensions is not decoded', async () => {
  const drawing = await drawReads(pictureOf(makeJpeg(65_500, 65_500)), []);
  assert.deepEqual(drawing, {
    kind: 'fault',
    message: 'The picture has 65500×65500 pixels; the reader takes 100000000.',
  });
});
