import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { normalFormOf } from '../../../../functions/core/plate/plate-normal-form.ts';
import { classifyPlate } from '../../../../functions/core/plate/classify-plate.ts';

const runs = { seed: 20261122, numRuns: 3000 };

// Written here independently: the rules under test must not decide what is generated.
const letter = (letters: string) => fc.constantFrom(...Array.from(letters));
const privateLetter = letter('가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주');
const rentalLetter = letter('하허호');
const commercialLetter = letter('바사아자');
const motorcycleLetter = letter('가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허');
const region = fc.constantFrom(
  ...[
    '서울',
    '부산',
    '대구',
    '인천',
    '광주',
    '대전',
    '울산',
    '세종',
    '경기',
    '강원',
    '충북',
    '충남',
    '전북',
    '전남',
  ],
  ...['경북', '경남', '제주'],
);
const district = fc.constantFrom('강남', '중', '남양주', '임실', '서귀포', '제주', '영등포', '울주');
const number = (from: number, to: number, digits: number) =>
  fc.integer({ min: from, max: to }).map((value) => String(value).padStart(digits, '0'));
const digit = number(0, 9, 1);
const head2 = number(1, 99, 2);
const serial = number(1, 9999, 4);

const platesOfClass = {
  private: [
    [head2, privateLetter, serial],
    [number(100, 999, 3), privateLetter, serial],
  ],
  rental: [
    [head2, rentalLetter, serial],
    [number(100, 799, 3), rentalLetter, serial],
  ],
  commercial: [
    [region, head2, commercialLetter, serial],
    [head2, commercialLetter, serial],
  ],
  parcel: [
    [region, head2, letter('배'), serial],
    [head2, letter('배'), serial],
  ],
  regional: [
    [region, head2, fc.oneof(privateLetter, rentalLetter), serial],
    [region, digit, fc.oneof(privateLetter, rentalLetter, commercialLetter, letter('배')), serial],
  ],
  military: [[number(0, 99, 2), letter('국합육해공'), serial]],
  diplomatic: [
    [
      fc.constantFrom('외교', '영사', '준외', '준영', '국기', '협정', '대표'),
      number(0, 999, 3),
      number(0, 999, 3),
    ],
  ],
  'construction-machine': [
    [fc.constant('0'), number(0, 99, 2), privateLetter, serial],
    [fc.constant('영'), region, number(1, 27, 2), fc.oneof(privateLetter, commercialLetter), serial],
  ],
  motorcycle: [
    [region, district, motorcycleLetter, serial],
    [digit, fc.oneof(privateLetter, motorcycleLetter), digit, serial],
  ],
};
const legalPlate = fc.oneof(
  ...Object.entries(platesOfClass).flatMap(([plateClass, forms]) =>
    forms.map((parts) => fc.record({ plateClass: fc.constant(plateClass), parts: fc.tuple(...parts) })),
  ),
);
const separator = fc.constantFrom('', '', ' ', '-', '.', '·', '\n', '　');
const lookAlikes = new Map(Object.entries({ 0: 'O', 1: 'I', 8: 'B', 5: 'S' }));

/** Pieces of plates in any order: nearly plates, where rules can go wrong. */
const platePiece = fc.oneof(
  region,
  district,
  fc.constantFrom('영', '임', '외교', '리', '힣', 'ㄱ'),
  privateLetter,
  rentalLetter,
  commercialLetter,
  serial,
  digit,
  separator.filter((text) => text !== ''),
);
const nearlyPlate = fc.array(platePiece, { maxLength: 7 }).map((pieces) => pieces.join(''));
const nearlyPlateWithLatin = fc
  .array(fc.oneof(platePiece, letter('OIBSoibsZＯ')), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
const anyText = fc.oneof(
  nearlyPlateWithLatin,
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  // Lone surrogates included.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

describe('for every text', () => {
  test('there is an answer, with words unless it is valid', () => {
    fc.assert(
      fc.property(anyText, (read) => {
        const { verdict, faults } = classifyPlate(read);
        assert.equal(faults.length === 0, verdict === 'valid');
      }),
      runs,
    );
  });

  test('the normal form is its own normal form', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(normalFormOf(normalFormOf(text)), normalFormOf(text));
      }),
      runs,
    );
  });

  test('what is searched classifies as the read did, with nothing left to fold', () => {
    fc.assert(
      fc.property(anyText, (read) => {
        const classified = classifyPlate(read);
        assert.deepEqual(classifyPlate(classified.plateKey), { ...classified, corrections: [] });
      }),
      runs,
    );
  });

  test('the corrections are all that parts the normal form from what is searched', () => {
    fc.assert(
      fc.property(anyText, (read) => {
        const { plateKey, corrections } = classifyPlate(read);
        const characters = plateKey.split('');
        for (const { at, from, to } of corrections) {
          assert.equal(characters[at], to);
          characters[at] = from;
        }
        assert.equal(characters.join(''), normalFormOf(read));
      }),
      runs,
    );
  });

  test('without Latin letters nothing is folded', () => {
    fc.assert(
      fc.property(nearlyPlate, (read) => {
        const { plateKey, corrections } = classifyPlate(read);
        assert.deepEqual([plateKey, corrections], [normalFormOf(read), []]);
      }),
      runs,
    );
  });

  test('no fault shows a control character or half a character', () => {
    fc.assert(
      fc.property(anyText, (read) => {
        assert.doesNotMatch(classifyPlate(read).faults.join(''), /\p{Other}/u);
      }),
      runs,
    );
  });
});

describe('every legal plate', () => {
  test('is valid, and of the class that it was made as', () => {
    fc.assert(
      fc.property(legalPlate, ({ plateClass, parts }) => {
        const classified = classifyPlate(parts.join(''));
        assert.deepEqual(
          [classified.plateKey, classified.plateClass, classified.verdict],
          [parts.join(''), plateClass, 'valid'],
        );
      }),
      runs,
    );
  });

  test('is the same with separators, and with its hangul decomposed', () => {
    fc.assert(
      fc.property(
        legalPlate,
        fc.array(separator, { minLength: 6, maxLength: 6 }),
        ({ parts }, separators) => {
          const written = parts.map((part, index) => part + (separators[index] ?? '')).join('');
          assert.deepEqual(classifyPlate(written.normalize('NFD')), classifyPlate(parts.join('')));
        },
      ),
      runs,
    );
  });

  test('is the same with look-alikes in the places of digits, each of them listed', () => {
    fc.assert(
      fc.property(
        legalPlate,
        fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
        ({ parts }, misread) => {
          const plate = parts.join('');
          const characters = Array.from(plate, (character, at) => ({
            at,
            from: (misread[at] ? lookAlikes.get(character) : undefined) ?? character,
            to: character,
          }));
          assert.deepEqual(classifyPlate(characters.map(({ from }) => from).join('')), {
            ...classifyPlate(plate),
            corrections: characters.filter(({ from, to }) => from !== to),
          });
        },
      ),
      runs,
    );
  });
});

for (const [what, read] of [
  ['hangul', '가'.repeat(1_000_000)],
  ['digits after a region', `서울${'1'.repeat(1_000_000)}`],
  ['separators', `${'- '.repeat(500_000)}12가3456`],
  ['combining marks', 'A\u0301\u0323'.repeat(333_333)],
  ['parts of syllables', '\u1100\u1161'.repeat(500_000)],
  ['lone surrogates', '\ud800'.repeat(1_000_000)],
] as const) {
  test(`a million ${what} have their answer within a second`, () => {
    const startMs = performance.now();
    classifyPlate(read);
    assert.ok(performance.now() - startMs < 1000);
  });
}
