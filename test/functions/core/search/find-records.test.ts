import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { PictureRecord } from '../../../../functions/core/record/record.ts';
import {
  findRecords,
  type RecordSource,
  type Search,
} from '../../../../functions/core/search/find-records.ts';
import { parseToken, positionOf, tokenOf } from '../../../../functions/core/search/search-position.ts';

function recordOf(number: number, plateKey: string, camera = 'gate'): PictureRecord {
  const capturedAt = `2026-11-22T08:00:0${number}.000Z`;
  const key = `${number}.jpg`;
  return {
    imageId: `s3://pictures/${key}?etag=${number}`,
    status: 'READ',
    bucket: 'pictures',
    key,
    camera,
    capturedAt,
    uploadedAt: capturedAt,
    plateKey,
  };
}

/** Newest first, as an index returns them. */
const records = [
  recordOf(5, '12가3456'),
  recordOf(4, '12나3456', 'road'),
  recordOf(3, '12가3456'),
  recordOf(2, '12가3457'),
  recordOf(1, '12가3456', 'road'),
];

/** A source that counts what is read of it. */
function createSource() {
  const read: string[] = [];
  async function* newestFirst(after?: { readonly capturedAt: string }) {
    for (const record of records.filter(({ capturedAt }) => !after || capturedAt < after.capturedAt)) {
      read.push(record.key);
      yield await Promise.resolve(record);
    }
  }
  const source: RecordSource = { query: ({ after }) => newestFirst(after), scan: () => newestFirst() };
  return { source, read };
}

const exact: Search = {
  lookup: { kind: 'index', queries: [{ index: 'byPlate', value: '12가3456' }] },
  distanceTo: (plateKey) => (plateKey === '12가3456' ? 0 : undefined),
  nearestFirst: false,
  cameras: [],
  span: {},
};
const nearest: Search = {
  ...exact,
  lookup: { kind: 'scan' },
  distanceTo: (plateKey) => (plateKey === '12가3456' ? 0 : 0.5),
  nearestFirst: true,
};

async function keysOf(search: Search, count: number, source = createSource().source): Promise<string[]> {
  const found = await findRecords(source, search, count, () => undefined);
  return found.map(({ record }) => record.key);
}

test('matches of an index come newest first, and no more of it is read than needed', async () => {
  const { source, read } = createSource();
  assert.deepEqual(await keysOf(exact, 2, source), ['5.jpg', '3.jpg']);
  assert.deepEqual(read, ['5.jpg', '4.jpg', '3.jpg']);
});

describe('a look-up of many values', () => {
  const queries = Array.from(
    { length: 37 },
    (_, number) => ({ index: 'byLastFour', value: String(number) }) as const,
  );
  const many: Search = {
    ...nearest,
    lookup: { kind: 'index', queries },
    distanceTo: (plateKey) => Number(plateKey.slice(-1)) / 10,
  };

  /** Each value has one record; the later ones answer first. */
  function createSlowSource() {
    let open = 0;
    let most = 0;
    async function* query({ value }: { readonly value: string }) {
      open += 1;
      most = Math.max(most, open);
      for (let turns = 37 - Number(value); turns > 0; turns -= 1) await Promise.resolve();
      open -= 1;
      yield { ...recordOf(1, `12가000${Number(value) % 10}`), imageId: `s3://pictures/${value}?etag=1` };
    }
    const source: RecordSource = { query, scan: () => query({ value: '0' }) };
    return { source, most: () => most };
  }

  test('asks for ten of them at once, and not for more', async () => {
    const { source, most } = createSlowSource();
    await findRecords(source, many, 100, () => undefined);
    assert.equal(most(), 10);
  });

  test('finds the same pages in the same order, whichever answer comes first', async () => {
    const { source } = createSlowSource();
    const all = await findRecords(source, many, 100, () => undefined);
    assert.equal(all.length, 37);
    assert.deepEqual(
      all.map(({ distance }) => distance),
      all.map(({ distance }) => distance).toSorted((one, other) => one - other),
    );
    const first = await findRecords(source, many, 20, () => undefined);
    const last = first.at(-1);
    assert.ok(last);
    const rest = await findRecords(source, { ...many, after: positionOf(last) }, 100, () => undefined);
    assert.deepEqual([...first, ...rest], all);
  });
});

test('of plates at the same distance no more is read than a page shows, and every page is complete', async () => {
  const plates = ['12가3457', '12가3458', '12가3459'];
  const stored = new Map(
    plates.map((plate, place) => [
      plate,
      Array.from({ length: 9 }, (_, index) => ({
        ...recordOf(9 - index, plate),
        imageId: `s3://pictures/${place}-${index}.jpg?etag=1`,
      })),
    ]),
  );
  let read = 0;
  const source: RecordSource = {
    async *query({ value }) {
      for (const record of stored.get(value) ?? []) {
        read += 1;
        yield await Promise.resolve(record);
      }
    },
    scan: () => assert.fail('The table is not scanned.'),
  };
  const search: Search = {
    ...nearest,
    lookup: { kind: 'index', queries: plates.map((value) => ({ index: 'byPlate', value })) },
    distanceTo: () => 1,
  };
  const all = await findRecords(source, search, 99, () => undefined);
  assert.equal(all.length, 27);
  read = 0;
  const first = await findRecords(source, search, 2, () => undefined);
  // All have a record of each moment, and each source is one record ahead.
  assert.equal(read, 6);
  const last = first.at(-1);
  assert.ok(last);
  const rest = await findRecords(source, { ...search, after: positionOf(last) }, 99, () => undefined);
  assert.deepEqual([...first, ...rest], all);
});

test('matches of other cameras are left out', async () => {
  assert.deepEqual(await keysOf({ ...exact, cameras: ['road'] }, 5), ['1.jpg']);
});

test('with look-alikes the nearest come first, then the newest', async () => {
  assert.deepEqual(await keysOf(nearest, 4), ['5.jpg', '3.jpg', '1.jpg', '4.jpg']);
});

test('the number of records read is reported, whether they match or not', async () => {
  const counts: number[] = [];
  await findRecords(createSource().source, exact, 9, (count) => void counts.push(count));
  assert.deepEqual(counts, [1, 2, 3, 4, 5]);
});

describe('page by page, every match comes once and in the same order', () => {
  for (const [name, search] of Object.entries({ exact, nearest })) {
    test(name, async () => {
      const all = await keysOf(search, 9);
      const paged: string[] = [];
      let after: Search['after'];
      while (paged.length < all.length) {
        const [found] = await findRecords(createSource().source, { ...search, after }, 1, () => undefined);
        assert.ok(found);
        paged.push(found.record.key);
        after = parseToken(tokenOf(positionOf(found)));
      }
      assert.deepEqual(paged, all);
    });
  }
});
