import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { plateDistance } from '../../../../functions/core/search/plate-distance.ts';

describe('the distance of two plates', () => {
  const cases = [
    ['the same plate', '123가4567', '123가4567', 0],
    ['another vowel: 배 and 바', '12배3456', '12바3456', 0.5],
    ['another vowel: 하 and 허', '12하3456', '12허3456', 0.5],
    ['another vowel: 허 and 호', '12허3456', '12호3456', 0.5],
    ['another vowel: 러 and 리', '12러3456', '12리3456', 0.5],
    ['look-alikes that differ in two parts: 육 and 우', '12육3456', '12우3456', 0.5],
    ['another final: 유 and 육', '12유3456', '12육3456', 0.5],
    ['another initial: 가 and 다', '12가3456', '12다3456', 0.5],
    ['two parts of a syllable', '12가3456', '12더3456', 1],
    ['all parts of a syllable count as one wrong character', '12국3456', '12합3456', 1],
    ['a letter for its look-alike digit', '12가B456', '12가8456', 0.5],
    ['the same, the other way round', '12가0456', '12가O456', 0.5],
    ['two such letters', '12가SI56', '12가5156', 1],
    ['a letter for another digit', '12가B456', '12가3456', 1],
    ['a digit in the place of the syllable', '1213456', '12가3456', 1],
    ['one wrong digit', '12가3456', '12가3457', 1],
    ['one digit less', '12가3456', '123가3456', 1],
    ['two wrong digits', '12가3456', '21가3456', 2],
    ['the lower line alone', '바5215', '서울12바5215', 1],
    ['the lower line alone, its syllable misread', '서울12바5215', '배5215', 1.5],
    ['two lower lines', '바5215', '바5216', 1],
    ['the upper line alone is no lower line', '서울12', '서울12바5215', 5],
    ['nothing', '', '12가3456', 7],
  ] as const;
  for (const [what, one, other, distance] of cases) {
    test(`${what}: ${one} and ${other} are ${distance} apart`, () => {
      assert.equal(plateDistance(one, other), distance);
    });
  }
});

const plateKey = fc.string({
  unit: fc.constantFrom(...Array.from('0158OIBS가갸하허우육바배')),
  maxLength: 9,
});

test('whatever two plates are compared, the order does not matter, and only a plate itself is at no distance', () => {
  fc.assert(
    fc.property(plateKey, plateKey, (one, other) => {
      const distance = plateDistance(one, other);
      assert.equal(plateDistance(other, one), distance);
      assert.equal(distance === 0, one === other);
    }),
    { seed: 20261122 },
  );
});

test('one wrong character anywhere is at most 1 away', () => {
  fc.assert(
    fc.property(plateKey, fc.nat(), fc.constantFrom(...Array.from('0O가육X')), (one, at, wrong) => {
      const characters = Array.from(one);
      if (characters.length > 0) characters[at % characters.length] = wrong;
      assert.ok(plateDistance(one, characters.join('')) <= 1);
    }),
    { seed: 20261122 },
  );
});
