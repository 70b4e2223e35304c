import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { joinTexts, type FoundText } from '../../../../functions/core/plate/join-texts.ts';

/** A text in an upright box; `x` and `y` are its top-left corner. */
function at(text: string, x: number, y: number, width: number, height: number, confidence = 0.9): FoundText {
  const [right, bottom] = [x + width, y + height];
  return {
    text,
    confidence,
    box: { x1: x, y1: y, x2: right, y2: y, x3: right, y3: bottom, x4: x, y4: bottom },
  };
}

/** The same texts, turned about the origin. */
function turned(texts: readonly FoundText[], degrees: number): readonly FoundText[] {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn = (x: number, y: number) => [x * cosine - y * sine, x * sine + y * cosine] as const;
  return texts.map(({ box, ...rest }) => {
    const [x1, y1] = turn(box.x1, box.y1);
    const [x2, y2] = turn(box.x2, box.y2);
    const [x3, y3] = turn(box.x3, box.y3);
    const [x4, y4] = turn(box.x4, box.y4);
    return { ...rest, box: { x1, y1, x2, y2, x3, y3, x4, y4 } };
  });
}

const platesOf = (texts: readonly FoundText[]) => joinTexts(texts).map(({ plate }) => plate);

const oneRow = [at('123', 100, 100, 60, 40), at('가', 165, 100, 35, 40), at('4567', 205, 100, 80, 40)];
const twoRows = [at('서울', 140, 100, 40, 20), at('12', 185, 100, 40, 20), at('바5215', 100, 125, 170, 50)];

describe('texts of one plate are joined', () => {
  test('one text is a plate with its own box', () => {
    const text = at('123가4567', 100, 100, 185, 40, 0.93);
    assert.deepEqual(joinTexts([text]), [{ plate: '123가4567', confidence: 0.93, box: text.box }]);
  });

  test('words of a row, whatever their order in the reply', () => {
    assert.deepEqual(platesOf(oneRow.toReversed()), ['123가4567']);
  });

  test('two rows, the upper one smaller', () => {
    assert.deepEqual(platesOf(twoRows), ['서울12바5215']);
  });

  test('two rows without a region', () => {
    assert.deepEqual(platesOf([at('52가', 120, 100, 60, 30), at('3108', 100, 135, 100, 50)]), ['52가3108']);
  });

  test('a region in front that is half as high as the digits', () => {
    const texts = [at('경기', 70, 110, 28, 20), at('37바', 102, 100, 70, 40), at('1234', 178, 100, 80, 40)];
    assert.deepEqual(platesOf(texts), ['경기37바1234']);
  });

  test('an old motorcycle with its district', () => {
    const texts = [
      at('부산', 100, 100, 40, 20),
      at('해운대', 145, 100, 60, 20),
      at('가1234', 100, 125, 110, 40),
    ];
    assert.deepEqual(platesOf(texts), ['부산해운대가1234']);
  });

  for (const degrees of [-20, 15, 90, 180]) {
    test(`rows that are turned by ${degrees} degrees`, () => {
      assert.deepEqual(platesOf(turned(twoRows, degrees)), ['서울12바5215']);
    });
  }

  test('two cars in a picture are two plates', () => {
    const other = [at('12허3456', 600, 300, 185, 40)];
    assert.deepEqual(platesOf([...oneRow, ...other]).toSorted(), ['123가4567', '12허3456']);
  });

  test('a whole plate goes before its lower row', () => {
    assert.deepEqual(platesOf([...twoRows, at('가9999', 600, 300, 90, 30)]), ['서울12바5215', '가9999']);
  });
});

describe('what a joined plate says', () => {
  test('it is as certain as its least certain text', () => {
    const [first, second, third] = [
      at('123', 100, 100, 60, 40, 0.9),
      at('가', 165, 100, 35, 40, 0.4),
      at('4567', 205, 100, 80, 40, 0.8),
    ];
    assert.equal(joinTexts([first, second, third])[0]?.confidence, 0.4);
  });

  test('its box goes around all of its texts', () => {
    const box = { x1: 100, y1: 100, x2: 285, y2: 100, x3: 285, y3: 140, x4: 100, y4: 140 };
    assert.deepEqual(joinTexts(oneRow)[0]?.box, box);
  });

  test('the lower row alone is kept as it was read', () => {
    assert.deepEqual(platesOf([at('바5215', 100, 125, 170, 50)]), ['바5215']);
  });

  test('a number that is on no plate is kept as it was read', () => {
    assert.deepEqual(platesOf([at('12가0000', 100, 125, 170, 50)]), ['12가0000']);
  });
});

describe('what is around a plate', () => {
  test('bolts, the blue band and spaces are no part of it', () => {
    assert.deepEqual(platesOf([at('· KOR 123가 4567 ·', 100, 100, 185, 40)]), ['123가4567']);
  });

  test('the band as a text of its own is no part of it', () => {
    assert.deepEqual(platesOf([at('KOR', 60, 110, 30, 20), ...oneRow]), ['123가4567']);
  });

  for (const [what, texts] of [
    ['a time stamp', [at('2026-11-28', 10, 10, 200, 30), at('12:34:56', 220, 10, 160, 30)]],
    ['a year', [at('2026', 10, 10, 80, 30)]],
    ['a telephone number', [at('02-555-1234', 10, 10, 200, 30)]],
    ['a road sign', [at('서울', 10, 10, 80, 40), at('70', 100, 10, 50, 40)]],
    ['a shop', [at('가나다마트', 10, 10, 200, 40), at('24시', 220, 10, 60, 40)]],
    ['a plate of another country', [at('ABC', 10, 10, 60, 40), at('1234', 80, 10, 80, 40)]],
  ] as const) {
    test(`${what} is no plate`, () => {
      assert.deepEqual(platesOf(texts), []);
    });
  }

  test('a shop sign above does not become the upper row', () => {
    assert.deepEqual(platesOf([at('서울마트', 80, 20, 220, 60), ...oneRow]), ['123가4567']);
  });

  test('texts far apart are not joined', () => {
    assert.deepEqual(platesOf([at('123가', 100, 100, 95, 40), at('4567', 500, 100, 80, 40)]), []);
  });
});

describe('any reply', () => {
  const coordinate = fc.integer({ min: -1000, max: 1000 });
  const box = fc.record({
    ...{ x1: coordinate, y1: coordinate, x2: coordinate, y2: coordinate },
    ...{ x3: coordinate, y3: coordinate, x4: coordinate, y4: coordinate },
  });
  const text = fc.oneof(
    fc.constantFrom('서울', '12', '가', '바5215', '4567', '123가', '123가4567', 'KOR'),
    fc.string(),
  );

  test('uses each text at most once, and makes finite boxes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text, confidence: fc.double({ min: 0, max: 1, noNaN: true }), box })),
        (texts) => {
          const plates = joinTexts(texts);
          assert.ok(plates.length <= texts.length);
          for (const plate of plates) assert.ok(Object.values(plate.box).every(Number.isFinite));
        },
      ),
      { seed: 1 },
    );
  });

  test('of a thousand texts in one place takes no long work', () => {
    const texts = Array.from({ length: 1000 }, (_, index) =>
      at(index % 2 ? '가1' : '1234', index % 7, index % 5, 1, 40),
    );
    const startedMs = performance.now();
    joinTexts(texts);
    assert.ok(performance.now() - startedMs < 5000);
  });
});
