import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createListMatches } from '../../../cli/console/list-matches.ts';
import { parseRecord } from '../../../functions/core/record/parse-record.ts';
import { plateDistance } from '../../../functions/core/search/plate-distance.ts';
import type { WatchList } from '../../../functions/core/watch-list/watch-list.ts';
import { recordOf } from '../put-items.ts';

let pictures = 0;
const read = (plate: string, camera = 'gate', needsReview = false) => {
  pictures += 1;
  const [best] = [{ plate, confidence: 0.91, box: recordOf('any').box }];
  return parseRecord(
    recordOf(`${pictures}.jpg`, { plate, plateKey: plate, plates: [best], camera, needsReview }),
  );
};

const blocked: WatchList = {
  list: 'blocked',
  kind: 'seen',
  strength: 'look-alikes',
  entries: [{ plateKey: '12가3456', note: 'unpaid' }],
};
const residents: WatchList = {
  list: 'residents',
  kind: 'unlisted',
  strength: 'look-alikes',
  entries: [{ plateKey: '34나5678' }],
};

async function startMatches(lists: readonly WatchList[], startMs = 0) {
  let nowMs = startMs;
  const state: { error?: Error; comparisons: number } = { comparisons: 0 };
  const matches = createListMatches({
    readLists: () => (state.error ? Promise.reject(state.error) : Promise.resolve(lists)),
    now: () => nowMs,
    faultOf: (error) => ({ code: 'AWS_ERROR', message: error instanceof Error ? error.message : '' }),
    distanceOf: (one, other) => {
      state.comparisons += 1;
      return plateDistance(one, other);
    },
  });
  await matches.refresh();
  return { matches, state, pass: (minutes: number) => (nowMs += minutes * 60_000) };
}

test('a match names the list, the entry with its note, the plate as read, and the distance', async () => {
  const { matches } = await startMatches([blocked]);
  const record = read('12거3456', 'yard');
  assert.deepEqual(matches.known([record, read('78라9012')]), [
    {
      ...{ imageId: record.imageId, camera: 'yard', list: 'blocked', kind: 'seen', plate: '12거3456' },
      ...{ entry: '12가3456', note: 'unpaid', distance: 0.5, isNew: false, isNewAtCamera: false },
    },
  ]);
});

test('a parked car is worth one sound, however long it is read, and another one after five minutes without it', async () => {
  const { matches, pass } = await startMatches([blocked]);
  const sounds = (plate: string) => matches.arriving([read(plate)]).map(({ isNew }) => isNew);
  assert.deepEqual(sounds('12가3456'), [true]);
  for (let minute = 0; minute < 60; minute += 1) {
    pass(1);
    assert.deepEqual(sounds(minute % 2 === 0 ? '12거3456' : '12가3456'), [false]);
  }
  pass(5);
  assert.deepEqual(sounds('12가3456'), [true]);
});

test('who looks at one camera hears what another camera has heard already', async () => {
  const { matches } = await startMatches([blocked]);
  const news = (camera: string) =>
    matches.arriving([read('12가3456', camera)]).map(({ isNew, isNewAtCamera }) => [isNew, isNewAtCamera]);
  assert.deepEqual(news('in'), [[true, true]]);
  assert.deepEqual(news('out'), [[false, true]]);
  assert.deepEqual(news('out'), [[false, false]]);
});

test('a stranger is reported by a certain read only, and once though a character of it is read otherwise', async () => {
  const { matches } = await startMatches([residents]);
  const strangers = (plate: string, needsReview: boolean) =>
    matches
      .arriving([read(plate, 'gate', needsReview)])
      .map(({ list, plate: as, isNew }) => [list, as, isNew]);
  assert.deepEqual(strangers('34너5678', false), []);
  assert.deepEqual(strangers('78라9012', true), []);
  assert.deepEqual(strangers('78라9012', false), [['residents', '78라9012', true]]);
  assert.deepEqual(strangers('78라9013', false), [['residents', '78라9013', false]]);
  assert.deepEqual(strangers('12가3456', false), [['residents', '12가3456', true]]);
});

test('thousands of strangers at once are compared with a few others each', async () => {
  const { matches, state } = await startMatches([residents]);
  const strangers = Array.from({ length: 3000 }, (_, number) =>
    read(`78라${String(number).padStart(4, '0')}`),
  );
  assert.equal(matches.arriving(strangers).length, 3000);
  assert.ok(state.comparisons > 0 && state.comparisons <= 3000 * 50, `${state.comparisons} comparisons`);
  const before = state.comparisons;
  assert.deepEqual(
    matches.arriving([read('78라2999')]).map(({ isNew }) => isNew),
    [false],
  );
  assert.equal(state.comparisons, before);
});

test('a read that a person confirmed is one match, not two', async () => {
  const { matches } = await startMatches([blocked, residents]);
  const confirmed = {
    ...read('12가3456'),
    review: { decision: 'confirmed', at: '2026-07-01T00:00:00.000Z', by: 'a person' },
  } as const;
  assert.deepEqual(
    matches.known([confirmed]).map(({ list, plate }) => [list, plate]),
    [
      ['blocked', '12가3456'],
      ['residents', '12가3456'],
    ],
  );
});

test('a picture that was captured long before it arrives makes no sound, and hides no car that comes now', async () => {
  const record = read('12가3456');
  const { matches, pass } = await startMatches([blocked], Date.parse(record.capturedAt) + 61 * 60_000);
  const sounds = () => matches.arriving([record]).map(({ isNew, isNewAtCamera }) => [isNew, isNewAtCamera]);
  assert.deepEqual(sounds(), [[false, false]]);
  pass(-2);
  assert.deepEqual(sounds(), [[true, true]]);
});

test('a stranger whose plate is kept as a hash is reported with the beginning of the hash', async () => {
  const { matches } = await startMatches([residents]);
  const plateHash = '0123456789abcdef';
  const hashed = recordOf('hashed.jpg', {
    ...{ plate: undefined, plateHash, plateKey: `hash:${plateHash}`, needsReview: false },
    plates: [{ plateHash, confidence: 0.91, box: recordOf('any').box }],
  });
  assert.deepEqual(
    matches.known([parseRecord(JSON.parse(JSON.stringify(hashed)))]).map(({ plate }) => plate),
    ['#01234567'],
  );
});

test('lists that cannot be read are said, keep what is known, and are read again soon', async () => {
  const { matches, state, pass } = await startMatches([blocked, residents]);
  assert.deepEqual(matches.state(), { seen: 1, unlisted: 1 });
  state.error = new Error('denied');
  assert.equal(await matches.refresh(), false);
  pass(0.5);
  assert.equal(await matches.refresh(), true);
  assert.deepEqual(matches.state().fault, { code: 'AWS_ERROR', message: 'denied' });
  assert.equal(matches.known([read('12가3456')]).length, 2);
  delete state.error;
  pass(0.1);
  assert.equal(await matches.refresh(), true);
  assert.equal(matches.state().fault, undefined);
});
