import assert from 'node:assert/strict';
import { DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { hourCounterOf, koreaDayOf } from '../../functions/core/record/usage.ts';
import { eventually } from '../eventually.ts';
import { isFinal, pictureOf, startPipeline } from './pipeline.ts';
import { collectEvents } from './published-events.ts';

const sites = { visitGapSeconds: 300, sites: { garage: { in: 'entry', out: 'exit' } } };
const moment = (minute: number) =>
  new Date(Date.parse('2026-11-22T08:00:00.000Z') + 60_000 * minute).toISOString();
const storedVisit = z.object({
  visitId: z.string(),
  site: z.string(),
  plateKey: z.string(),
  reads: z.number(),
  cameras: z.array(z.string()),
  firstSeen: z.string(),
  enteredAt: z.string().optional(),
  leftAt: z.string().optional(),
  expiresAt: z.number(),
});

/** A pipeline whose table is followed, with its visits and what it publishes. */
async function startFollowed(context: TestContext) {
  const pipeline = await startPipeline({ events: true, environment: { SITES: JSON.stringify(sites) } });
  const { stack } = pipeline;
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const { published, stop: stopCollecting } = await collectEvents(stack);
  context.onTestFinished(async () => {
    await stopCollecting();
    dynamodb.destroy();
    await pipeline.stop();
  });
  const visits = async () => {
    const found: z.infer<typeof storedVisit>[] = [];
    for await (const page of paginateScan({ client: dynamodb }, { TableName: stack.visitsTableName })) {
      const items = (page.Items ?? []).map((item) => unmarshall(item));
      found.push(...items.filter((item) => 'plateKey' in item).map((item) => storedVisit.parse(item)));
    }
    return found.toSorted((one, other) => (one.firstSeen < other.firstSeen ? -1 : 1));
  };
  /** As the clock does at a moment, or hours later. */
  const clockAfter = (hours: number) => clockAt(Date.now() + hours * 3600 * 1000);
  const clockAt = async (momentMs: number) => {
    const time = new Date(momentMs).toISOString();
    const result = await stack.functionOf('notify').createSandbox().invoke({ time });
    assert.equal(result.kind, 'returned');
  };
  const ofType = (type: PlatelineEvent['type']) => published.filter((event) => event.type === type);
  return {
    ...pipeline,
    published,
    ofType,
    visits,
    see: (camera: string, minute: number, plate: string) =>
      pipeline.upload(`${camera}/${minute}-${plate}.png`, pictureOf(plate), {
        'captured-at': moment(minute),
      }),
    untilPublished: (type: PlatelineEvent['type'], count: number) =>
      eventually(
        `${count} events ${type}`,
        () => (new Set(ofType(type).map(({ id }) => id)).size >= count ? true : undefined),
        { lastSeen: () => published.map((event) => event.type) },
      ),
    clockAfter,
    clockAt,
    countHours: async (camera: string, days: ReadonlyMap<string, Readonly<Record<string, number>>>) => {
      for (const [day, counters] of days) {
        const Item = marshall({ day, camera, pictures: 0, ...counters });
        await dynamodb.send(new PutItemCommand({ TableName: stack.usageTableName, Item }));
      }
    },
    /** A day later: every visit ends. */
    endVisits: () => clockAfter(24),
    list: async (list: string, kind: 'seen' | 'unlisted', plates: readonly string[]) => {
      const items = [
        { list, item: 'settings', kind, strength: 'exact' },
        ...plates.map((plateKey) => ({ list, item: `entry#${plateKey}`, plateKey, note: 'of a test' })),
      ];
      for (const item of items) {
        await dynamodb.send(new PutItemCommand({ TableName: stack.listsTableName, Item: marshall(item) }));
      }
    },
  };
}

const idsOf = (events: readonly PlatelineEvent[]) => [...new Set(events.map(({ id }) => id))];

describe('what follows a record', () => {
  test('a car that passes two cameras of a site is one visit, with entry and exit', async (context) => {
    const { see, visits, ofType, untilPublished, endVisits } = await startFollowed(context);
    await see('in', 0, '12가3456');
    await untilPublished('visit.started', 1);
    await see('out', 4, '12가3456');
    await untilPublished('reading.final', 2);
    const visit = await eventually('both reads in the visit', async () => {
      const [found, ...others] = await visits();
      assert.deepEqual(others, []);
      return found?.reads === 2 ? found : undefined;
    });
    assert.deepEqual([visit.site, visit.plateKey, visit.cameras], ['garage', '12가3456', ['in', 'out']]);
    assert.deepEqual([visit.enteredAt, visit.leftAt], [moment(0), moment(4)]);
    assert.ok(visit.expiresAt > Date.now() / 1000);
    await endVisits();
    await untilPublished('visit.ended', 1);
    const [ended] = ofType('visit.ended');
    assert.equal(ended?.subject, visit.visitId);
    assert.equal(idsOf(ofType('visit.started')).length, 1);
  });

  test('a plate on a list and a stranger each lead to one event, a resident to none', async (context) => {
    const { see, list, ofType, untilPublished, endVisits } = await startFollowed(context);
    await list('blocked', 'seen', ['34나7890']);
    await list('residents', 'unlisted', ['12가3456', '34나7890']);
    await see('in', 0, '34나7890');
    await see('in', 1, '12가3456');
    await see('in', 2, '56다1234');
    await see('out', 3, '34나7890');
    await untilPublished('reading.final', 4);
    await endVisits();
    await untilPublished('list.matched', 2);
    await untilPublished('visit.ended', 3);
    const reported = ofType('list.matched')
      .map(({ data }) => z.object({ list: z.string(), read: z.object({ plate: z.string() }) }).parse(data))
      .map(({ list: name, read }) => `${name} ${read.plate}`);
    assert.deepEqual([...new Set(reported)].toSorted(), ['blocked 34나7890', 'residents 56다1234']);
    assert.equal(idsOf(ofType('list.matched')).length, 2);
  });

  test('a record that comes again changes no visit, and its event keeps its id', async (context) => {
    const { see, visits, ofType, untilPublished, records, stack } = await startFollowed(context);
    await see('in', 0, '12가3456');
    await untilPublished('visit.started', 1);
    await eventually('the visit', async () => (await visits())[0]);
    const [record] = (await records()).filter(isFinal);
    assert.ok(record);
    // Through the proxy, so that the stream has it once more.
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    await dynamodb.send(new PutItemCommand({ TableName: stack.tableName, Item: marshall(record) }));
    dynamodb.destroy();
    await eventually('the repetition', () => ofType('reading.final')[1]);
    assert.equal(idsOf(ofType('reading.final')).length, 1);
    assert.deepEqual(
      (await visits()).map(({ reads }) => reads),
      [1],
    );
    assert.equal(ofType('visit.started').length, 1);
  });

  test('a camera that sends no picture for a day is reported once, and again after its next picture', async (context) => {
    const { see, stack, records, ofType, untilPublished, clockAfter } = await startFollowed(context);
    await see('in', 0, '12가3456');
    await untilPublished('visit.started', 1);
    const [record] = (await records()).filter(isFinal);
    await clockAfter(23);
    assert.deepEqual(ofType('camera.silent'), []);
    for (const hours of [27, 28]) await clockAfter(hours);
    await untilPublished('camera.silent', 1);
    const [silent] = ofType('camera.silent');
    assert.deepEqual(silent?.data, {
      camera: 'in',
      site: 'garage',
      lastPictureAt: record?.['uploadedAt'],
      silentSeconds: 86_400,
    });
    // The clock ran ahead: this sandbox remembers the camera for less time than a silence lasts.
    await stack.functionOf('notify').killSandboxes();
    await see('in', 1, '12가3456');
    await eventually('the next silence', async () => {
      await clockAfter(54);
      return idsOf(ofType('camera.silent'))[1];
    });
    assert.equal(ofType('camera.silent').length, 2);
  });

  test('a camera that reads far worse in an hour than in the same hours of a week is reported once', async (context) => {
    const { ofType, untilPublished, clockAt, countHours } = await startFollowed(context);
    const hourMs = 3_600_000;
    const thisHour = Math.floor(Date.now() / hourMs);
    const days = new Map<string, Record<string, number>>();
    for (let hour = thisHour - 200; hour < thisHour; hour += 1) {
      const misses = hour === thisHour - 1 ? 30 : 2;
      const day = days.get(koreaDayOf(hour * hourMs)) ?? {};
      const hourOfDay = (hour + 9) % 24;
      day[hourCounterOf('reads', hourOfDay)] = 40 - misses;
      day[hourCounterOf('unreadable', hourOfDay)] = misses;
      days.set(koreaDayOf(hour * hourMs), day);
    }
    await countHours('in', days);
    const nextMs = thisHour * hourMs + 600_000;
    await clockAt(nextMs - 60_000);
    await clockAt(nextMs);
    await clockAt(nextMs + 60_000);
    await untilPublished('camera.degraded', 1);
    assert.deepEqual(
      ofType('camera.degraded').map(({ data }) => data),
      [
        {
          ...{ camera: 'in', site: 'garage', pictures: 40, noPlates: 0, unreadable: 30, usualShare: 0.05 },
          from: new Date((thisHour - 1) * hourMs).toISOString(),
          to: new Date(thisHour * hourMs).toISOString(),
        },
      ],
    );
  });

  test('while SNS and DynamoDB fail and invocations die, no event is lost and no read counts twice', async (context) => {
    const { see, stack, visits, untilPublished, ofType, endVisits, records, log } =
      await startFollowed(context);
    const isOfNotify = (table: string) => (request: { body: Buffer | undefined }) =>
      request.body?.toString().includes(table) ?? false;
    stack.sqs.fail({
      when: ({ operation, body }) => operation === undefined && body !== undefined,
      times: 6,
      fault: { kind: 'lost-reply' },
    });
    stack.dynamodb.fail({ when: isOfNotify(stack.visitsTableName), times: 6, fault: { kind: 'lost-reply' } });
    const plates = ['12가3456', '34나7890', '56다1234'];
    for (const [index, plate] of plates.entries()) {
      await see('in', index, plate);
      await stack.functionOf('notify').killSandboxes();
      await see('out', index + 2, plate);
    }
    await eventually('all records', async () =>
      (await records()).filter(isFinal).length === 6 ? true : undefined,
    );
    await untilPublished('reading.final', 6);
    await eventually('all reads in visits', async () => {
      const counts = (await visits()).map(({ plateKey, reads }) => `${plateKey} ${reads}`);
      return counts.toSorted().join() === plates.map((plate) => `${plate} 2`).join() ? true : undefined;
    });
    await endVisits();
    await untilPublished('visit.ended', 3);
    assert.equal(idsOf(ofType('visit.started')).length, 3);
    assert.equal(idsOf(ofType('reading.final')).length, 6);
    // Two invocations that write the state of one site at once are no failure.
    assert.deepEqual(
      log.filter((line) => line.includes('CONDITIONALCHECKFAILED')),
      [],
    );
  });

  test('an outage of the topic does not slow a reading', async (context) => {
    const { see, stack, records, untilPublished } = await startFollowed(context);
    const recover = stack.sqs.fail({
      when: ({ operation, body }) => operation === undefined && body !== undefined,
      times: Infinity,
      fault: { kind: 'lost-request' },
    });
    await see('in', 0, '12가3456');
    await eventually('the record', async () => (await records()).find(isFinal));
    recover();
    await untilPublished('visit.started', 1);
  });
});
