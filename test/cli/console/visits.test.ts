import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import type { RunningConsole } from '../../../cli/console/start-console.ts';
import { itemOfVisit } from '../../../functions/adapters/visit-items.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { putItems } from '../put-items.ts';
import { putVisits, trackedVisitOf, type TestVisit } from '../put-visits.ts';
import { startConsoleOn } from './pipeline-console.ts';
import { signIn, type RawClient } from './raw-client.ts';

const answer = z.object({
  visits: z.array(
    z.object({
      site: z.string(),
      plate: z.string(),
      isReviewed: z.boolean(),
      otherPlates: z.array(z.string()),
      firstSeen: z.string(),
      lastSeen: z.string(),
      enteredAt: z.string().optional(),
      leftAt: z.string().optional(),
      reads: z.number(),
      cameras: z.array(z.string()),
      isInProgress: z.boolean(),
      lists: z.array(z.object({ list: z.string(), isStranger: z.boolean() })),
      imageId: z.string(),
      place: z.string().optional(),
    }),
  ),
  after: z.string().optional(),
});
const fault = z.object({ code: z.string() });

const at = (day: number, hour: number, minute = 0) =>
  new Date(Date.UTC(2026, 10, day, hour, minute)).toISOString();
const hostile = '<img src=x onerror=hack()>';

const hourly: readonly TestVisit[] = Array.from({ length: 70 }, (_, hour) => ({
  site: hour % 2 === 0 ? 'garage' : hostile,
  plate: `12가${3000 + hour}`,
  reads: [{ camera: 'in', capturedAt: at(20, hour) }],
}));
const whole: TestVisit = {
  site: 'garage',
  plate: '34나7890',
  reads: [
    { camera: 'in', role: 'entry', capturedAt: at(24, 1) },
    { camera: 'level', capturedAt: at(24, 1, 2), plate: '34너7890', plateKey: '34너7890' },
    { camera: 'out', role: 'exit', capturedAt: at(24, 1, 4) },
  ],
  matchKeys: ['["blocked","34나7890"]', '["residents",null]'],
};
const corrected: TestVisit = {
  site: 'garage',
  plate: '56다1234',
  reads: [
    { camera: 'in', capturedAt: at(24, 2), plate: '56더1234', plateKey: '56더1234' },
    { camera: 'in', capturedAt: at(24, 2), readId: 's3://p/a.jpg?etag=1#review-x', isReviewed: true },
  ],
};

/** Of a stage that keeps no plate which is on no list. */
const hidden: TestVisit = {
  site: 'hidden',
  plate: `hash:${'0123456789abcdef'.repeat(4)}`,
  reads: [{ camera: 'in', capturedAt: at(1, 0) }],
};

describe('Visits in the console', () => {
  let stack: LocalStack;
  let running: RunningConsole;
  let ask: RawClient;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    stack = await startLocalStack({ polling: false, recordRequests: true });
    const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
    await putVisits(dynamodb, stack.visitsTableName, [...hourly, whole, corrected, hidden]);
    const single = (plate: string, hour: number) =>
      trackedVisitOf({ site: 'garage', plate, reads: [{ camera: 'in', capturedAt: at(24, hour) }] });
    const [absorbed, expired] = [single('11가1111', 3), single('22가2222', 4)];
    await putItems(dynamodb, stack.visitsTableName, [
      { ...itemOfVisit(absorbed, 'another'), version: 1, expiresAt: 4_000_000_000 },
      { ...itemOfVisit(expired, undefined), version: 1, expiresAt: 1 },
    ]);
    dynamodb.destroy();
    running = await startConsoleOn(stack, { writer: undefined, bugs });
    ask = await signIn(running);
  });
  afterAll(async () => {
    await running.close();
    await stack.stop();
    assert.deepEqual(bugs, []);
  });

  const find = async (query: Readonly<Record<string, string>>) => {
    const { status, json } = await ask('GET', `/api/visits?${new URLSearchParams(query).toString()}`);
    assert.equal(status, 200, JSON.stringify(json));
    return answer.parse(json);
  };
  /** All pages of a selection. */
  const findAll = async (query: Readonly<Record<string, string>>) => {
    const pages = [await find(query)];
    for (let after = pages[0]?.after; after !== undefined; after = pages.at(-1)?.after) {
      pages.push(await find({ ...query, after }));
    }
    return pages;
  };

  test('of all sites come newest first and page by page, each once, without a scan', async () => {
    const pages = await findAll({});
    assert.deepEqual(pages.map(({ visits }) => visits.length).slice(0, 2), [30, 30]);
    assert.deepEqual(
      pages.flatMap(({ visits }) => visits.map(({ plate }) => plate)),
      ['56다1234', '34나7890', ...hourly.map(({ plate }) => plate).toReversed(), '#01234567'],
    );
    assert.ok(!stack.dynamodb.requests.some(({ operation }) => operation === 'Scan'));
  });

  test('a visit names its plate, cameras, times, reads, other texts and watch lists', async () => {
    const { visits } = await find({ plate: '34나 7890' });
    assert.deepEqual(visits, [
      {
        site: 'garage',
        plate: '34나7890',
        isReviewed: false,
        otherPlates: ['34너7890'],
        firstSeen: at(24, 1),
        lastSeen: at(24, 1, 4),
        enteredAt: at(24, 1),
        leftAt: at(24, 1, 4),
        reads: 3,
        cameras: ['in', 'level', 'out'],
        isInProgress: false,
        lists: [
          { list: 'blocked', isStranger: false },
          { list: 'residents', isStranger: true },
        ],
        imageId: `s3://pictures/in/0-${at(24, 1)}-34나7890.jpg?etag=1`,
        place: '0',
      },
    ]);
  });

  test('a plate that a person corrected is the plate of the visit, and the page can say so', async () => {
    const { visits } = await find({ plate: '56다1234' });
    assert.deepEqual(
      visits.map(({ plate, isReviewed, otherPlates, place }) => ({ plate, isReviewed, otherPlates, place })),
      [{ plate: '56다1234', isReviewed: true, otherPlates: ['56더1234'], place: undefined }],
    );
    assert.deepEqual((await find({ plate: '56더1234' })).visits, []);
  });

  test('a plate that is kept as a hash is shown by its beginning, and found by its record', async () => {
    const { visits } = await find({ plate: hidden.plate });
    assert.deepEqual(
      visits.map(({ plate, site }) => [plate, site]),
      [['#01234567', 'hidden']],
    );
  });

  test('of one site are found by day in Korea, and by plate and site', async () => {
    const pages = await findAll({ site: hostile, since: '2026-11-21', until: '2026-11-21' });
    const found = pages.flatMap(({ visits }) => visits);
    // From 15:00 to 14:59 in UTC.
    assert.deepEqual(
      found.map(({ plate }) => plate),
      [37, 35, 33, 31, 29, 27, 25, 23, 21, 19, 17, 15].map((hour) => `12가${3000 + hour}`),
    );
    assert.ok(found.every(({ site }) => site === hostile));
    const whole = await findAll({ site: 'garage' });
    assert.equal(whole.flatMap(({ visits }) => visits).length, 37);
    assert.deepEqual((await find({ plate: '12가3001', site: 'garage' })).visits, []);
    assert.equal((await find({ plate: '12가3001', site: hostile })).visits.length, 1);
  });

  test('the sites are named by what they are called', async () => {
    const { json } = await ask('GET', '/api/visits/sites');
    assert.deepEqual(json, { sites: [hostile, 'garage', 'hidden'] });
  });

  test('refuses a part of a plate, a wrong time and a place that is none in a sentence', async () => {
    const { after = '' } = await find({});
    for (const [query, code] of [
      [{ plate: '3456' }, 'WHOLE_PLATE'],
      [{ plate: '12*' }, 'WHOLE_PLATE'],
      [{ plate: '-' }, 'WHOLE_PLATE'],
      [{ since: 'tomorrow' }, 'USAGE'],
      [{ after: 'bm9uc2Vuc2U' }, 'USAGE'],
      [{ after, site: 'other' }, 'USAGE'],
      [{ site: 'x'.repeat(301) }, 'USAGE'],
    ] as const) {
      const { status, json } = await ask('GET', `/api/visits?${new URLSearchParams(query).toString()}`);
      assert.deepEqual([status, fault.parse(json).code], [400, code], JSON.stringify(query));
    }
  });

  describe('and cars that are on site now', () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString();
    const [came, seen, left, passing] = [300, 60, 30, 1].map(minutesAgo);
    const read = (camera: string, capturedAt = '', role?: 'entry' | 'exit') => ({
      camera,
      capturedAt,
      ...(role && { role }),
    });
    const lot: readonly TestVisit[] = [
      { site: 'lot', plate: '77가7777', reads: [read('in', came, 'entry')] },
      { site: 'lot', plate: '77가7777', reads: [read('level', seen)] },
      { site: 'lot', plate: '88나8888', reads: [read('in', came, 'entry')] },
      { site: 'lot', plate: '88나8888', reads: [read('out', left, 'exit')] },
      { site: 'lot', plate: '99다9999', reads: [read('in', left, 'entry')] },
      { site: 'lot', plate: '66라6666', reads: [read('in', minutesAgo(3000), 'entry')] },
    ];
    const gate: TestVisit = { site: 'gate', plate: '55마5555', reads: [read('gate', passing)] };
    const onSite = z.object({
      since: z.string(),
      isComplete: z.boolean(),
      isFollowed: z.boolean(),
      sites: z.array(z.object({ site: z.string(), cars: z.number(), hasExits: z.boolean() })),
      cars: z.array(
        z.object({
          plate: z.string(),
          since: z.string(),
          lastSeen: z.string(),
          hasEntered: z.boolean(),
          isInProgress: z.boolean(),
          isSeenAgain: z.boolean(),
        }),
      ),
    });
    let dynamodb: DynamoDBClient;
    beforeAll(async () => {
      dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
      await putVisits(dynamodb, stack.visitsTableName, [...lot, { ...gate, isInProgress: true }]);
      // A camera that has long been silent says nothing of visits.
      await putItems(dynamodb, stack.visitsTableName, [
        { site: 'in', item: 'camera', version: 1, due: 'due', dueAt: Date.now() - 3600_000 },
      ]);
    });
    afterAll(() => {
      dynamodb.destroy();
    });
    const now = async (query = '') => {
      const { status, json } = await ask('GET', `/api/on-site${query}`);
      assert.equal(status, 200, JSON.stringify(json));
      return onSite.parse(json);
    };

    test('are those that came in and have not left, and those of visits in progress, with their times', async () => {
      const { sites, cars, since, isComplete, isFollowed } = await now();
      assert.deepEqual(cars, [
        {
          ...{ plate: '55마5555', since: passing, lastSeen: passing },
          ...{ hasEntered: false, isInProgress: true, isSeenAgain: false },
        },
        {
          ...{ plate: '99다9999', since: left, lastSeen: left },
          ...{ hasEntered: true, isInProgress: false, isSeenAgain: false },
        },
        {
          ...{ plate: '77가7777', since: came, lastSeen: seen },
          ...{ hasEntered: true, isInProgress: false, isSeenAgain: true },
        },
      ]);
      assert.deepEqual(sites, [
        { site: 'lot', cars: 2, hasExits: true },
        { site: 'gate', cars: 1, hasExits: false },
      ]);
      assert.deepEqual([isComplete, isFollowed], [true, true]);
      const lookedBackMs = Date.now() - Date.parse(since);
      assert.ok(Math.abs(lookedBackMs - 24 * 3600_000) < 60_000);
      assert.ok(!stack.dynamodb.requests.some(({ operation }) => operation === 'Scan'));
    });

    test('of one site are only its cars, beside the counts of all sites', async () => {
      const { sites, cars } = await now('?site=gate');
      assert.deepEqual(
        cars.map(({ plate }) => plate),
        ['55마5555'],
      );
      assert.equal(sites.length, 2);
    });

    test('a longer look back finds a car that came in earlier', async () => {
      assert.ok((await now('?hours=72')).cars.some(({ plate }) => plate === '66라6666'));
      for (const hours of ['0', '169', 'x']) {
        assert.equal((await ask('GET', `/api/on-site?hours=${hours}`)).status, 400, hours);
      }
    });

    test('where nothing ends visits any more, those in progress are left out and the answer says so', async () => {
      const dueAtMs = Date.now() - 3600_000;
      await putVisits(dynamodb, stack.visitsTableName, [{ ...gate, isInProgress: true }], { dueAtMs });
      const { cars, isFollowed } = await now();
      assert.equal(isFollowed, false);
      assert.ok(!cars.some(({ plate }) => plate === '55마5555'));
    });
  });
});
