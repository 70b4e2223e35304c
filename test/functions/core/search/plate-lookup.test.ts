import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { lookupFor } from '../../../../functions/core/search/plate-lookup.ts';

const exact = { kind: 'exact', plateKey: '123가4567' } as const;
const lastFour = { kind: 'last-four', lastFour: '3456' } as const;
const ending = { kind: 'pattern', pattern: '12*3456' } as const;
const beginning = { kind: 'pattern', pattern: '12가*' } as const;
const lookAlikes = { kind: 'look-alikes', plateKey: '12하3456', maxDistance: 1 } as const;
const upperLine = { kind: 'look-alikes', plateKey: '서울12', maxDistance: 1 } as const;

const byCamera = { kind: 'index', index: 'byCamera', values: ['gate'] };

describe('the index that reads least is chosen', () => {
  const cases = [
    ['a plate', exact, {}, { kind: 'index', index: 'byPlate', values: ['123가4567'] }],
    [
      'a plate of a camera',
      exact,
      { cameras: ['gate'] },
      { kind: 'index', index: 'byPlate', values: ['123가4567'] },
    ],
    ['the last four digits', lastFour, {}, { kind: 'index', index: 'byLastFour', values: ['3456'] }],
    ['a part that ends in four digits', ending, {}, { kind: 'index', index: 'byLastFour', values: ['3456'] }],
    [
      'the same, of a camera',
      ending,
      { cameras: ['gate'] },
      { kind: 'index', index: 'byLastFour', values: ['3456'] },
    ],
    ['any other part, of a camera', beginning, { cameras: ['gate'] }, byCamera],
    ['any other part', beginning, {}, { kind: 'none' }],
    ['any other part, with leave to scan', beginning, { scan: true }, { kind: 'scan' }],
    [
      'any other part, of a camera and with leave to scan',
      beginning,
      { cameras: ['gate'], scan: true },
      byCamera,
    ],
    ['look-alikes of a camera', lookAlikes, { cameras: ['gate'] }, byCamera],
    ['look-alikes, with leave to scan', lookAlikes, { scan: true }, { kind: 'scan' }],
    ['look-alikes of what does not end in four digits', upperLine, {}, { kind: 'none' }],
  ] as const;
  for (const [what, wanted, { cameras, scan = false }, lookup] of cases.map(
    ([name, plate, options, result]) =>
      [name, plate, { cameras: [], scan: false, ...options }, result] as const,
  )) {
    test(what, () => {
      assert.deepEqual(lookupFor(wanted, { cameras, scan }), lookup);
    });
  }
});

test('look-alikes are looked for under their last four digits and under all that differ in one of these', () => {
  const lookup = lookupFor(lookAlikes, { cameras: [], scan: false });
  assert.equal(lookup.kind, 'index');
  assert.equal(lookup.index, 'byLastFour');
  assert.equal(new Set(lookup.values).size, 37);
  for (const digits of ['3456', '0456', '9456', '3056', '3406', '3450', '3459']) {
    assert.ok(lookup.values.includes(digits), digits);
  }
});

test('where no digit may differ, look-alikes are looked for under their last four digits only', () => {
  assert.deepEqual(lookupFor({ ...lookAlikes, maxDistance: 0.5 }, { cameras: [], scan: false }), {
    kind: 'index',
    index: 'byLastFour',
    values: ['3456'],
  });
});
