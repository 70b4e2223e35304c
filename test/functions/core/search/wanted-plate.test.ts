import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  distanceTo,
  parseWantedPlate,
  withHash,
  type WantedPlate,
} from '../../../../functions/core/search/wanted-plate.ts';

function wanted(wish: Parameters<typeof parseWantedPlate>[0]): WantedPlate {
  const parsed = parseWantedPlate(wish);
  assert.equal(parsed.kind, 'wanted');
  return parsed.wanted;
}

describe('what is wanted', () => {
  const cases = [
    ['a plate as people write it', { plate: '123 가-4567' }, { kind: 'exact', plateKey: '123가4567' }],
    [
      'a plate in the letters of a Mac',
      { plate: '123가4567'.normalize('NFD') },
      { kind: 'exact', plateKey: '123가4567' },
    ],
    [
      'a plate with look-alikes in digit places',
      { plate: 'I23가456S' },
      { kind: 'exact', plateKey: '123가4565' },
    ],
    ['a plate with a comma', { plate: '34나,5678' }, { kind: 'exact', plateKey: '34나5678' }],
    ['a plate with an underscore', { plate: '34나_5678' }, { kind: 'exact', plateKey: '34나5678' }],
    ['a plate of single letters', { plate: '34ㄴㅏ5678' }, { kind: 'exact', plateKey: '34나5678' }],
    [
      'a region of single letters, with finals',
      { plate: 'ㅅㅓㅇㅜㄹ12ㅂㅏ5215' },
      { kind: 'exact', plateKey: '서울12바5215' },
    ],
    ['a part of single letters', { plate: '*ㅎㅓ*' }, { kind: 'pattern', pattern: '*허*' }],
    ['the last four digits', { lastFour: '0042' }, { kind: 'last-four', lastFour: '0042' }],
    ['a part', { plate: '12 가*' }, { kind: 'pattern', pattern: '12가*' }],
    [
      'look-alikes',
      { plate: '12 하 3456', maxDistance: 1 },
      { kind: 'look-alikes', plateKey: '12하3456', maxDistance: 1 },
    ],
  ] as const;
  for (const [what, wish, result] of cases) {
    test(what, () => {
      assert.deepEqual(wanted(wish), result);
    });
  }
});

describe('what cannot be searched for is named', () => {
  const cases = [
    [{}, 'nothing-given'],
    [{ lastFour: '345' }, 'not-four-digits'],
    [{ lastFour: '' }, 'not-four-digits'],
    [{ lastFour: '３４５６' }, 'not-four-digits'],
    [{ plate: '123가4567', lastFour: '3456' }, 'plate-and-last-four'],
    [{ plate: '12*', maxDistance: 1 }, 'look-alikes-of-pattern'],
    [{ lastFour: '3456', maxDistance: 1 }, 'look-alikes-of-last-four'],
    [{ plate: '' }, 'empty-plate'],
    [{ plate: ' -· ' }, 'empty-plate'],
  ] as const;
  for (const [wish, fault] of cases) {
    test(JSON.stringify(wish), () => {
      assert.deepEqual(parseWantedPlate(wish), { kind: 'fault', fault });
    });
  }
});

describe('a part matches', () => {
  const cases = [
    ['12가*', '12가3456', true],
    ['12가*', '12가', true],
    ['12가*', '112가3456', false],
    ['*3456', '12가3456', true],
    ['*3456', '12가34567', false],
    ['12*56', '12가3456', true],
    ['12?3456', '12가3456', true],
    ['12?3456', '123456', false],
    ['*', '', true],
    ['1.가*', '12가3456', false],
    ['(1*', '(1', true],
  ] as const;
  for (const [pattern, plateKey, isAnswer] of cases) {
    test(`${pattern} ${isAnswer ? 'is' : 'is not'} ${plateKey}`, () => {
      assert.equal(distanceTo({ kind: 'pattern', pattern })(plateKey), isAnswer ? 0 : undefined);
    });
  }
});

test('a look-alike is an answer up to the distance that is allowed, with its distance', () => {
  const distance = distanceTo({ kind: 'look-alikes', plateKey: '12하3456', maxDistance: 1 });
  assert.deepEqual(
    ['12하3456', '12허3456', '12하3457', '12허3457'].map((plateKey) => distance(plateKey)),
    [0, 0.5, 1, undefined],
  );
});

describe('a plate that is kept as a hash', () => {
  const hash = (text: string) => `${text} in digits 3456`;

  test('is an answer where it is the whole plate or has the last four digits', () => {
    const exact = withHash({ kind: 'exact', plateKey: '12가3456' }, hash);
    assert.deepEqual(
      ['12가3456', 'hash:12가3456 in digits 3456', 'hash:34나3456 in digits 3456'].map((plateKey) =>
        distanceTo(exact)(plateKey),
      ),
      [0, 0, undefined],
    );
    const lastFour = withHash({ kind: 'last-four', lastFour: '3456' }, hash);
    const hashed = 'hash:last-four:3456 in digits 3456';
    assert.equal(distanceTo(lastFour)('hash:12가3456 in digits 3456', hashed), 0);
    assert.equal(distanceTo(lastFour)('hash:12가3457 in digits 3456', 'hash:last-four:3457'), undefined);
    assert.equal(distanceTo(lastFour)('12가3456', '3456'), 0);
  });

  test('is no answer where only its digits or letters look so', () => {
    for (const wanted of [
      { kind: 'pattern', pattern: '*3456' },
      { kind: 'pattern', pattern: '*' },
      { kind: 'last-four', lastFour: '3456' },
      { kind: 'look-alikes', plateKey: '12가3456', maxDistance: 3 },
    ] as const) {
      const found = distanceTo(withHash(wanted, hash))('hash:12가3456 in digits 3456', undefined);
      assert.equal(found, undefined, wanted.kind);
    }
  });
});
