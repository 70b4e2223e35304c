import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { visitOf, type Sighting } from '../../../../functions/core/visit/visit.ts';
import { holdsAt, parseHours } from '../../../../functions/core/watch-list/hours.ts';
import {
  matchDistance,
  matchesOfRead,
  matchKeyOf,
  strangersOf,
} from '../../../../functions/core/watch-list/match-lists.ts';
import { parseEntry } from '../../../../functions/core/watch-list/parse-entry.ts';
import type { WatchEntry, WatchList } from '../../../../functions/core/watch-list/watch-list.ts';

const now = '2026-11-22T00:00:00.000Z';
const read = (plateKey: string, change: Partial<Sighting> = {}): Sighting => ({
  readId: 'picture#0',
  imageId: 'picture',
  camera: 'gate',
  capturedAt: now,
  plate: plateKey,
  plateKey,
  confidence: 0.9,
  needsReview: false,
  ...change,
});
const listOf = (change: Partial<WatchList>, ...entries: WatchEntry[]): WatchList => ({
  list: 'residents',
  kind: 'seen',
  strength: 'exact',
  entries,
  ...change,
});

describe('an entry', () => {
  test('is stored in the form in which reads are compared', () => {
    for (const plate of ['12가3456', ' 12 가-3456', '12가3456'.normalize('NFD'), '１２가３４５６']) {
      assert.deepEqual(parseEntry({ plate }, now), { kind: 'entry', entry: { plateKey: '12가3456' } });
    }
  });

  test('keeps note, validity, days, hours and cameras', () => {
    const validity = { validFrom: '2026-11-01T00:00:00.000Z', validUntil: '2026-12-01T00:00:00.000Z' };
    const written = {
      plate: '12가3456',
      note: 'flat 3',
      ...validity,
      hours: '22:00-06:00',
      cameras: ['gate'],
    };
    assert.deepEqual(parseEntry({ ...written, days: 'Fri-Sun,tue' }, now), {
      kind: 'entry',
      entry: {
        plateKey: '12가3456',
        note: 'flat 3',
        ...validity,
        days: ['sun', 'tue', 'fri', 'sat'],
        hours: '22:00-06:00',
        cameras: ['gate'],
      },
    });
  });

  const monday = { validFrom: '2026-11-22T15:00:00.000Z', validUntil: '2026-11-23T14:59:59.999Z' };
  for (const [what, written, sentence] of [
    ['an empty plate', { plate: ' - ' }, /Nothing is left/],
    ['a pattern', { plate: '12가*' }, /is a pattern/],
    ['a plate without its last digit', { plate: '12가345' }, /12가345 is no plate: .*\.$/],
    ['the serial 0000', { plate: '12가0000' }, /the serial 0000 does not exist\.$/],
    ['an end in the past', { plate: '12가3456', validUntil: '2026-11-21T00:00:00.000Z' }, /ended already/],
    [
      'an end before the beginning',
      { plate: '12가3456', validFrom: '2026-12-02T00:00:00.000Z', validUntil: '2026-12-01T00:00:00.000Z' },
      /end before it begins/,
    ],
    ['unreadable hours', { plate: '12가3456', hours: '22-6' }, /22-6 are no hours/],
    ['empty hours', { plate: '12가3456', hours: '06:00-06:00' }, /are no hours/],
    ['unknown days', { plate: '12가3456', days: 'mon,fry' }, /mon,fry are no days/],
    ['a day outside its validity', { plate: '12가3456', days: 'tue', ...monday }, /at no time between/],
  ] as const) {
    test(`that can never match is refused in a sentence: ${what}`, () => {
      const parsed = parseEntry(written, now);
      assert.equal(parsed.kind, 'refused');
      assert.match(parsed.message, sentence);
    });
  }
});

describe("an entry's hours", () => {
  const entry = { plateKey: '12가3456', days: ['fri'], hours: '22:00-06:00' } as const;
  for (const [korea, holds] of [
    ['2026-11-20T22:00', true],
    ['2026-11-21T05:59', true],
    ['2026-11-21T06:00', false],
    ['2026-11-20T05:00', false],
    ['2026-11-21T22:00', false],
  ] as const) {
    test(`over midnight belong to the day on which they begin: ${korea} in Korea`, () => {
      assert.equal(holdsAt(entry, new Date(`${korea}:00+09:00`).toISOString(), 'gate'), holds);
    });
  }

  test('end before 24:00 at the latest, and have minutes below 60', () => {
    assert.deepEqual(parseHours('00:00-24:00'), { fromMinute: 0, toMinute: 1440 });
    for (const text of ['24:00-06:00', '10:60-11:00', '1:00-2:00', '10:00-25:00']) {
      assert.equal(parseHours(text), undefined, text);
    }
  });

  test('bound the entry with its validity and cameras', () => {
    const bound = { plateKey: '12가3456', validFrom: now, validUntil: now, cameras: ['gate'] };
    assert.equal(holdsAt(bound, now, 'gate'), true);
    assert.equal(holdsAt(bound, now, 'yard'), false);
    assert.equal(holdsAt(bound, '2026-11-22T00:00:00.001Z', 'gate'), false);
    assert.equal(holdsAt(bound, '2026-11-21T23:59:59.999Z', 'gate'), false);
  });
});

describe('the strength of a list', () => {
  for (const [entry, seen, exact, lookAlikes, lostUpperLine] of [
    ['12가3456', '12가3456', 0, 0, 0],
    ['12하3456', '12허3456', undefined, 0.5, 0.5],
    ['서울12배5215', '서울12바5215', undefined, 0.5, 0.5],
    ['12가3450', '12가345O', undefined, 0.5, 0.5],
    ['12가3456', '12가3457', undefined, undefined, undefined],
    ['12가3456', '112가3456', undefined, undefined, undefined],
    ['서울12바5215', '바5215', undefined, undefined, 1],
    ['서울12바5215', '배5215', undefined, undefined, 1.5],
    ['서울12바5215', '5215', undefined, undefined, undefined],
  ] as const) {
    test(`decides whether a read ${seen} matches an entry ${entry}`, () => {
      assert.equal(matchDistance(entry, seen, 'exact'), exact);
      assert.equal(matchDistance(entry, seen, 'look-alikes'), lookAlikes);
      assert.equal(matchDistance(entry, seen, 'lost-upper-line'), lostUpperLine);
    });
  }

  test('only adds matches as it grows, and every read matches itself', () => {
    const text = fc.string({ unit: fc.constantFrom('바', '배', '5', 'S', '1'), maxLength: 7 });
    fc.assert(
      fc.property(text, text, (entry, seen) => {
        const looser = matchDistance(entry, seen, 'lost-upper-line');
        const usual = matchDistance(entry, seen, 'look-alikes');
        if (usual !== undefined) assert.equal(looser, usual);
        assert.equal(matchDistance(seen, seen, 'exact'), 0);
      }),
    );
  });
});

describe('a list', () => {
  test('of the kind seen reports the closest entry, with the raw read and the distance', () => {
    const list = listOf({ strength: 'look-alikes' }, { plateKey: '12허3456' }, { plateKey: '12하3456' });
    const [match, ...others] = matchesOfRead([list], read('12하3456', { plate: '12 하 3456' }));
    assert.deepEqual(others, []);
    assert.equal(match?.entry?.plateKey, '12하3456');
    assert.equal(match.distance, 0);
    assert.equal(match.read.plate, '12 하 3456');
  });

  test('of the kind seen reports nothing about another plate, another camera or another time', () => {
    const list = listOf({ cameras: ['gate'] }, { plateKey: '12가3456', validFrom: now });
    assert.equal(matchesOfRead([list], read('12가3456')).length, 1);
    assert.equal(matchesOfRead([list], read('34나7890')).length, 0);
    assert.equal(matchesOfRead([list], read('12가3456', { camera: 'yard' })).length, 0);
    assert.equal(
      matchesOfRead([list], read('12가3456', { capturedAt: '2026-11-21T00:00:00.000Z' })).length,
      0,
    );
  });

  test('of the kind unlisted reports a plate that is on no entry, and a permit that has ended', () => {
    const permit = { plateKey: '12가3456', validUntil: '2026-11-21T00:00:00.000Z' };
    const list = listOf({ kind: 'unlisted' }, permit, { plateKey: '34나7890' });
    const reported = (seen: Sighting) => strangersOf([list], visitOf('gate', 'none', seen), seen).length;
    assert.equal(reported(read('77다1234')), 1);
    assert.equal(reported(read('12가3456')), 1);
    assert.equal(reported(read('34나7890')), 0);
    assert.equal(matchesOfRead([list], read('34나7890')).length, 0);
  });

  test('reports each entry once for a visit, by the key of the match', () => {
    const list = listOf({}, { plateKey: '12가3456' });
    const [one, other] = [read('12가3456'), read('12가3456', { readId: 'later#0' })].map((seen) =>
      matchesOfRead([list], seen).map(matchKeyOf),
    );
    assert.deepEqual(one, ['["residents","12가3456"]']);
    assert.deepEqual(one, other);
  });
});
