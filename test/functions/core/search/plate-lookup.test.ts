import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { plateDistance } from '../../../../functions/core/search/plate-distance.ts';
import { lookupFor, type RecordIndex } from '../../../../functions/core/search/plate-lookup.ts';

const exact = { kind: 'exact', plateKey: '123가4567' } as const;
const lastFour = { kind: 'last-four', lastFour: '3456' } as const;
const ending = { kind: 'pattern', pattern: '12*3456' } as const;
const beginning = { kind: 'pattern', pattern: '12가*' } as const;
const lookAlikes = { kind: 'look-alikes', plateKey: '12하3456', maxDistance: 1 } as const;
const upperLine = { kind: 'look-alikes', plateKey: '서울12', maxDistance: 1 } as const;

const indexed = (index: RecordIndex, value: string) => ({ kind: 'index', queries: [{ index, value }] });
const byCamera = indexed('byCamera', 'gate');

describe('the index that reads least is chosen', () => {
  const cases = [
    ['a plate', exact, {}, indexed('byPlate', '123가4567')],
    ['a plate of a camera', exact, { cameras: ['gate'] }, indexed('byPlate', '123가4567')],
    ['the last four digits', lastFour, {}, indexed('byLastFour', '3456')],
    ['a part that ends in four digits', ending, {}, indexed('byLastFour', '3456')],
    ['the same, of a camera', ending, { cameras: ['gate'] }, indexed('byLastFour', '3456')],
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

test('a plate that may be kept as a hash is looked for under both', () => {
  assert.deepEqual(lookupFor({ ...lastFour, hashed: 'hash:ab' }, { cameras: [], scan: false }), {
    kind: 'index',
    queries: [
      { index: 'byLastFour', value: '3456' },
      { index: 'byLastFour', value: 'hash:ab' },
    ],
  });
});

test('look-alikes are looked for under their last four digits and as plates with one other or one more digit', () => {
  const lookup = lookupFor(lookAlikes, { cameras: [], scan: false });
  assert.equal(lookup.kind, 'index');
  const [own, ...others] = lookup.queries;
  assert.deepEqual(own, { index: 'byLastFour', value: '3456' });
  assert.equal(new Set(others.map(({ value }) => value)).size, 36 + 9);
  for (const value of ['12하0456', '12하9456', '12하3056', '12하3406', '12하3450', '12하3459', '12하37456']) {
    assert.ok(
      others.some((query) => query.index === 'byPlate' && query.value === value),
      value,
    );
  }
});

test('where more than one digit may differ, look-alikes are looked for under all last four digits with one other', () => {
  const lookup = lookupFor({ ...lookAlikes, maxDistance: 1.5 }, { cameras: [], scan: false });
  assert.equal(lookup.kind, 'index');
  assert.equal(new Set(lookup.queries.map(({ value }) => value)).size, 37);
  assert.ok(lookup.queries.every(({ index, value }) => index === 'byLastFour' && value.length === 4));
});

test('where no digit may differ, look-alikes are looked for under their last four digits only', () => {
  assert.deepEqual(
    lookupFor({ ...lookAlikes, maxDistance: 0.5 }, { cameras: [], scan: false }),
    indexed('byLastFour', '3456'),
  );
});

const letter = fc.constantFrom(...Array.from('가나하허호배바'));
const region = fc.constantFrom('', '서울', '서을', '부산');
const digit = fc.integer({ min: 0, max: 9 });
const plateAndChange = fc.record({
  ...{ region, head: fc.integer({ min: 10, max: 999 }), letter, serial: fc.stringMatching(/^\d{4}$/) },
  change: fc.record({ region, letter, digit }, { requiredKeys: [] }),
  at: fc.integer({ min: 0, max: 3 }),
});

test('whatever plate is wanted, a close one is looked for if at most one of its last four digits differs', () => {
  let close = 0;
  fc.assert(
    fc.property(plateAndChange, fc.constantFrom(0.5, 1, 1.5, 2), ({ change, at, ...wanted }, maxDistance) => {
      const { digit: changed = wanted.serial.charAt(at), ...parts } = change;
      const other = {
        ...wanted,
        ...parts,
        serial: `${wanted.serial.slice(0, at)}${changed}${wanted.serial.slice(at + 1)}`,
      };
      const keyOf = (each: typeof wanted) => `${each.region}${each.head}${each.letter}${each.serial}`;
      const [plateKey, otherKey] = [keyOf(wanted), keyOf(other)];
      if (plateDistance(plateKey, otherKey) > maxDistance) return;
      close += 1;
      const lookup = lookupFor({ kind: 'look-alikes', plateKey, maxDistance }, { cameras: [], scan: false });
      assert.equal(lookup.kind, 'index');
      assert.ok(
        lookup.queries.some(({ index, value }) => value === (index === 'byPlate' ? otherKey : other.serial)),
      );
    }),
    { seed: 20261122, numRuns: 1000 },
  );
  assert.ok(close > 100, String(close));
});
