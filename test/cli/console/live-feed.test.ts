import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createLiveFeed, type LiveEvent } from '../../../cli/console/live-feed.ts';
import { createListMatches } from '../../../cli/console/list-matches.ts';
import { parseRecord } from '../../../functions/core/record/parse-record.ts';
import type { WatchList } from '../../../functions/core/watch-list/watch-list.ts';
import { recordOf } from '../put-items.ts';

const noCounts = {
  pictures: 0,
  reads: 0,
  noPlates: 0,
  unreadable: 0,
  rejected: 0,
  gone: 0,
  unavailable: 0,
  calls: 0,
  capturedAtFaults: 0,
  keysNotMatched: 0,
};

const record = (name: string, attributes: Readonly<Record<string, unknown>> = {}) =>
  parseRecord(recordOf(name, attributes));

/** A stage whose polls a test starts one by one. */
function startFeed() {
  const records = new Map<string, ReturnType<typeof record>[]>();
  const asked: string[] = [];
  const lists: WatchList[] = [];
  let nowMs = Date.parse('2026-11-22T05:00:00.000Z');
  let more = 0;
  let error: Error | undefined;
  let waiting = Promise.withResolvers<undefined>();
  let polled = Promise.withResolvers<undefined>();
  const feed = createLiveFeed({
    readCounters: () => {
      if (error) return Promise.reject(error);
      const usage = [...records].map(([camera, { length }]) => ({
        day: '2026-11-22',
        camera,
        counts: { ...noCounts, pictures: length + more },
      }));
      return Promise.resolve(usage);
    },
    readNewest: (camera, count) => {
      asked.push(camera);
      return Promise.resolve((records.get(camera) ?? []).slice(0, count));
    },
    lists: createListMatches({
      readLists: () => Promise.resolve([...lists]),
      now: () => nowMs,
      faultOf: () => assert.fail('The lists can be read.'),
    }),
    now: () => nowMs,
    wait: () => {
      polled.resolve(undefined);
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    faultOf: () => ({ code: 'EXPIRED_CREDENTIALS', message: 'The credentials have expired.' }),
  });
  return {
    feed,
    records,
    asked,
    lists,
    pass: (minutes: number) => (nowMs += minutes * 60_000),
    /** The counters are so far ahead of the index. */
    countMore: (pictures: number) => (more = pictures),
    fail: (with_: Error | undefined) => (error = with_),
    firstPoll: () => polled.promise,
    nextPoll: async () => {
      polled = Promise.withResolvers();
      waiting.resolve(undefined);
      await polled.promise;
    },
  };
}

const idsOf = (event: LiveEvent | undefined) =>
  event && event.kind !== 'fault' ? event.records.map(({ key }) => key) : undefined;

test('a listener first hears everything, then each new or changed record once', async () => {
  const { feed, records, firstPoll, nextPoll } = startFeed();
  records.set('gate', [record('1.jpg')]);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  assert.deepEqual(heard.map(idsOf), [['1.jpg']]);

  records.set('gate', [record('2.jpg', { status: 'PENDING' }), record('1.jpg')]);
  await nextPoll();
  await nextPoll();
  records.set('gate', [record('2.jpg'), record('1.jpg')]);
  await nextPoll();
  assert.deepEqual(heard.map(idsOf), [['1.jpg'], ['2.jpg'], ['2.jpg']]);
  stop();
});

test('a picture that was taken before the twenty newest ones is heard when it arrives', async () => {
  const { feed, records, asked, firstPoll, nextPoll } = startFeed();
  const old = { readAt: '2026-11-21T05:00:00.000Z' };
  const before = Array.from({ length: 30 }, (_, index) => record(`${index}.jpg`, old));
  records.set('gate', before);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  records.set('gate', [...before, record('late.jpg', { readAt: '2026-11-22T05:00:01.000Z' })]);
  await nextPoll();
  assert.deepEqual(idsOf(heard.at(-1)), ['late.jpg']);
  asked.length = 0;
  await nextPoll();
  assert.deepEqual([heard.length, asked], [2, ['gate']]);

  const snapshots: LiveEvent[] = [];
  const stopSecond = feed.listen((event) => snapshots.push(event));
  assert.equal(idsOf(snapshots[0])?.[0], 'late.jpg');
  stop();
  stopSecond();
});

test('a late picture that the index does not have yet is looked for again, and not for ever', async () => {
  const { feed, records, asked, countMore, firstPoll, nextPoll } = startFeed();
  const old = { readAt: '2026-11-21T05:00:00.000Z' };
  const before = Array.from({ length: 30 }, (_, index) => record(`${index}.jpg`, old));
  records.set('gate', before);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  countMore(1);
  await nextPoll();
  countMore(0);
  records.set('gate', [...before, record('late.jpg', { readAt: '2026-11-22T05:00:01.000Z' })]);
  await nextPoll();
  assert.deepEqual(idsOf(heard.at(-1)), ['late.jpg']);

  countMore(5);
  for (let poll = 0; poll < 6; poll += 1) await nextPoll();
  asked.length = 0;
  await nextPoll();
  assert.deepEqual(asked, ['gate']);
  stop();
});

test('a second listener hears everything at once, without a poll of its own', async () => {
  const { feed, records, asked, firstPoll } = startFeed();
  records.set('gate', [record('1.jpg')]);
  const stops = [feed.listen(() => undefined)];
  await firstPoll();
  const heard: LiveEvent[] = [];
  stops.push(feed.listen((event) => heard.push(event)));
  assert.deepEqual(heard.map(idsOf), [['1.jpg']]);
  assert.deepEqual(asked, ['gate']);
  for (const stop of stops) stop();
});

test('expired credentials are said once, and everything is sent again when they work', async () => {
  const { feed, records, fail, firstPoll, nextPoll } = startFeed();
  records.set('gate', [record('1.jpg')]);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  fail(new Error('expired'));
  await nextPoll();
  await nextPoll();
  fail(undefined);
  await nextPoll();
  assert.deepEqual(
    heard.map(({ kind }) => kind),
    ['snapshot', 'fault', 'snapshot'],
  );
  stop();
});

test('of many cameras, a poll asks those with new pictures and twenty others', async () => {
  const { feed, records, asked, firstPoll, nextPoll } = startFeed();
  for (let index = 0; index < 50; index += 1) records.set(`camera-${index}`, [record(`${index}.jpg`)]);
  const stop = feed.listen(() => undefined);
  await firstPoll();
  assert.equal(asked.length, 50);
  asked.length = 0;
  records.set('camera-49', [record('new.jpg'), record('49.jpg')]);
  await nextPoll();
  assert.equal(asked.length, 21);
  assert.ok(asked.includes('camera-49'));
  stop();
});

const matchesOf = (event: LiveEvent | undefined) =>
  event && event.kind !== 'fault'
    ? event.matches.map(({ list, entry, isNew }) => [list, entry, isNew] as const)
    : undefined;

test('a match with a watch list comes with its picture, also after a fault, and is worth a sound only then', async () => {
  const { feed, records, lists, fail, firstPoll, nextPoll } = startFeed();
  lists.push({ list: 'blocked', kind: 'seen', strength: 'exact', entries: [{ plateKey: '12가3456' }] });
  records.set('gate', [record('1.jpg')]);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  assert.deepEqual(matchesOf(heard.at(-1)), [['blocked', '12가3456', false]]);

  fail(new Error('expired'));
  await nextPoll();
  records.set('gate', [record('2.jpg'), record('1.jpg')]);
  fail(undefined);
  await nextPoll();
  assert.equal(heard.at(-1)?.kind, 'snapshot');
  assert.deepEqual(matchesOf(heard.at(-1)), [
    ['blocked', '12가3456', true],
    ['blocked', '12가3456', false],
  ]);
  const others: LiveEvent[] = [];
  const stopOther = feed.listen((event) => others.push(event));
  assert.ok(matchesOf(others[0])?.every(([, , isNew]) => !isNew));
  stop();
  stopOther();
});

test('a change of the lists marks what is shown already, within 30 seconds', async () => {
  const { feed, records, lists, pass, firstPoll, nextPoll } = startFeed();
  records.set('gate', [record('1.jpg')]);
  const heard: LiveEvent[] = [];
  const stop = feed.listen((event) => heard.push(event));
  await firstPoll();
  lists.push({ list: 'blocked', kind: 'seen', strength: 'exact', entries: [{ plateKey: '12가3456' }] });
  await nextPoll();
  assert.equal(heard.length, 1);
  pass(0.5);
  await nextPoll();
  assert.deepEqual(matchesOf(heard.at(-1)), [['blocked', '12가3456', false]]);
  stop();
});
