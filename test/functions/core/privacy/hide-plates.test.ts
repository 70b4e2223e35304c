import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'vitest';
import { hidePlates } from '../../../../functions/core/privacy/hide-plates.ts';
import { keyOfHash } from '../../../../functions/core/privacy/plate-hash.ts';
import { finalRecord } from '../../../../functions/core/record/build-record.ts';
import { parseRecord } from '../../../../functions/core/record/parse-record.ts';
import type { PlateRead } from '../../../../functions/core/record/plate-read.ts';
import { attributesAfterReview, decide } from '../../../../functions/core/record/review.ts';
import { plateDistance } from '../../../../functions/core/search/plate-distance.ts';
import { sightingsOf } from '../../../../functions/core/visit/sightings.ts';
import { isSameVisit, visitOf } from '../../../../functions/core/visit/visit.ts';
import { matchesOfRead, strangersOf } from '../../../../functions/core/watch-list/match-lists.ts';
import type { WatchList } from '../../../../functions/core/watch-list/watch-list.ts';

const box = { x1: 0, y1: 0, x2: 10, y2: 0, x3: 10, y3: 5, x4: 0, y4: 5 };
const capture = {
  camera: 'gate',
  capturedAt: '2026-11-22T08:15:00.000Z',
  capturedAtSource: 'upload',
} as const;
const settings = { retentionDays: 90, reviewBelowConfidence: 0.8 };
const hash = (text: string) => createHmac('sha256', 'key').update(text).digest('hex');
const list = (change: Partial<WatchList>, ...plates: readonly string[]): WatchList => ({
  list: 'residents',
  kind: 'unlisted',
  strength: 'exact',
  entries: plates.map((plateKey) => ({ plateKey })),
  ...change,
});
const readOf = (plate: string, confidence = 0.9): PlateRead => ({ plate, confidence, box });

function hidden(plates: readonly [PlateRead, ...PlateRead[]], ...lists: readonly WatchList[]) {
  const final = finalRecord({ kind: 'read', plates }, undefined, capture, 0, settings);
  return hidePlates(final, { lists, hash });
}

/** As the table has it. */
const recordOf = (final: ReturnType<typeof hidden>, change = {}) =>
  parseRecord({ imageId: 's3://b/k?etag=e', bucket: 'b', key: 'k', uploadedAt: 'u', ...final, ...change });

describe('a plate that is on no list', () => {
  test('leaves no character of it, only keyed hashes', () => {
    const record = hidden([readOf('서울12사34S6', 0.7), readOf('99허0000', 0.5)]);
    const [plateHash, lastFourHash] = [hash('서울12사3456'), hash('last-four:3456')];
    assert.doesNotMatch(JSON.stringify(record), /서울|사34|3456|34S6|허|0000/);
    assert.deepEqual(
      [record.plateHash, record.plateKey, record.lastFour, record.privacy],
      [plateHash, `hash:${plateHash}`, `hash:${lastFourHash}`, true],
    );
    assert.deepEqual(
      record.plates?.map(({ plate, plateHash: hashOfRead, confidence }) => [plate, hashOfRead, confidence]),
      [
        [undefined, plateHash, 0.7],
        [undefined, hash('99허0000'), 0.5],
      ],
    );
    for (const name of ['plate', 'plateCorrections', 'plateFaults', 'region'] as const) {
      assert.ok(!(name in record), name);
    }
    assert.deepEqual([record.verdict, record.needsReview, record.reviewState], ['valid', true, 'OPEN']);
  });

  test('has no text either where nothing of it can be searched for', () => {
    const record = hidden([readOf(' · ')]);
    assert.deepEqual(record.plates, [{ confidence: 0.9, box }]);
    assert.ok(!('plateKey' in record) && !('plate' in record) && !('plateFaults' in record));
  });

  test('is a sighting like any other, without its text', () => {
    const final = hidden([readOf('12가3456'), readOf('12나3456', 0.6)]);
    const keys = [keyOfHash(hash('12가3456')), keyOfHash(hash('12나3456'))];
    assert.deepEqual(
      sightingsOf(recordOf(final)).map(({ plate, plateKey, needsReview }) => [plate, plateKey, needsReview]),
      [
        [keys[0], keys[0], false],
        [keys[1], keys[1], true],
      ],
    );
  });

  test('is close to no other plate, however similar the digits of two hashes are', () => {
    const [one, other] = [keyOfHash('a'.repeat(64)), keyOfHash(`${'a'.repeat(63)}b`)];
    assert.equal(plateDistance(one, one), 0);
    assert.equal(plateDistance(one, other), Infinity);
    assert.equal(plateDistance(one, '12가3456'), Infinity);
    const site = { visitGapMs: 300_000, samePlateDistance: 2 };
    const [first, second] = [hidden([readOf('12가3456')]), hidden([readOf('12나3456')])].map((final, place) =>
      sightingsOf(recordOf(final, { imageId: `s3://b/${place}?etag=e` })).map((read) =>
        visitOf('main', 'none', read),
      ),
    );
    assert.ok(first?.[0] && second?.[0]);
    assert.equal(isSameVisit(first[0], first[0], site), true);
    assert.equal(isSameVisit(first[0], second[0], site), false);
  });

  test('is reported as a stranger, and matches no entry', () => {
    const residents = list({ strength: 'lost-upper-line' }, '34나7890');
    const blocked = list({ list: 'blocked', kind: 'seen' }, '34나7890');
    const [read] = sightingsOf(recordOf(hidden([readOf('12가3456')], residents, blocked)));
    assert.ok(read);
    assert.deepEqual(matchesOfRead([blocked], read), []);
    const [stranger] = strangersOf([residents], visitOf('main', 'none', read), read);
    assert.equal(stranger?.read.plateKey, keyOfHash(hash('12가3456')));
  });

  test('can be confirmed, rejected and opened again without its text', () => {
    const record = recordOf(hidden([readOf('12가3456', 0.5)]));
    const confirmed = decide(record, { kind: 'confirm' }, { by: 'kim', nowMs: 0 });
    const rejected = decide(record, { kind: 'reject' }, { by: 'kim', nowMs: 0 });
    assert.ok(confirmed.kind === 'review' && rejected.kind === 'review' && rejected.review);
    const kept = {
      plateClass: record.plateClass,
      vehicleKind: record.vehicleKind,
      verdict: 'valid',
      rulesVersion: record.rulesVersion,
    };
    const keys = { plateKey: record.plateKey, lastFour: record.lastFour };
    assert.deepEqual(attributesAfterReview(record, confirmed.review), {
      ...kept,
      ...keys,
      needsReview: false,
    });
    const after = attributesAfterReview(record, rejected.review);
    assert.deepEqual(after, { ...kept, needsReview: false });
    const stored = recordOf(hidden([readOf('12가3456', 0.5)]), { ...after, review: rejected.review });
    assert.deepEqual(attributesAfterReview(stored, undefined), {
      ...kept,
      ...keys,
      needsReview: true,
      reviewState: 'OPEN',
    });
  });
});

describe('a plate that is on a list stays as it was read', () => {
  const elsewhere = { cameras: ['other'] };
  const entry = { plateKey: '12가3456', days: ['sun'], cameras: ['other'] } as const;
  const cases: readonly (readonly [string, string, WatchList])[] = [
    ['as an entry has it', '12 가 3456', list({}, '12가3456')],
    ['by a look-alike', '12거3456', list({ strength: 'look-alikes' }, '12가3456')],
    ['by its lower line', '사3456', list({ strength: 'lost-upper-line' }, '서울12사3456')],
    ['at another time and camera', '12가3456', { ...list(elsewhere), entries: [entry] }],
  ];
  for (const [how, plate, on] of cases) {
    test(how, () => {
      const final = finalRecord({ kind: 'read', plates: [readOf(plate)] }, undefined, capture, 0, settings);
      assert.deepEqual(hidePlates(final, { lists: [list({}), on], hash }), { ...final, privacy: true });
    });
  }

  test('beside one that is on none', () => {
    const { plate, plates } = hidden([readOf('12가3456'), readOf('34나7890', 0.6)], list({}, '12가3456'));
    assert.equal(plate, '12가3456');
    assert.deepEqual(
      plates?.map(({ plate: text, plateHash }) => text ?? plateHash),
      ['12가3456', hash('34나7890')],
    );
  });

  test('but not by a look-alike on a list of equal plates only', () => {
    assert.equal(hidden([readOf('12거3456')], list({}, '12가3456')).plate, undefined);
  });
});

test('a picture without a plate says only that it was read under privacy', () => {
  const reason = { code: 'NONE', message: 'None.' };
  const final = finalRecord({ kind: 'no-plate', reason }, undefined, capture, 0, settings);
  assert.deepEqual(hidePlates(final, { lists: [], hash }), { ...final, privacy: true });
});
