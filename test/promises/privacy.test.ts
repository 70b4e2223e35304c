import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';
import { DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { parseRecord } from '../../functions/core/record/parse-record.ts';
import { bodyOf } from '../../functions/core/webhook/body.ts';
import { jsonError } from '../../infra/local/aws/fault-proxy.ts';
import { eventually } from '../eventually.ts';
import { deployedPackage } from '../infra/deployed-package.ts';
import { startReaderAndWriter, type ReaderAndWriter } from '../cli/console/pipeline-console.ts';
import { runPlateline } from '../cli/run-plateline.ts';
import {
  isFinal,
  isWaiting,
  pictureOf,
  plateBox,
  reasonCodeOf,
  startPipeline,
  type StoredRecord,
} from './pipeline.ts';
import { collectEvents } from './published-events.ts';

const [resident, stranger, passenger] = ['12가3456', '34나7890', '서울56바1234'] as const;
/** What none of the unlisted plates may leave anywhere: all that is of them alone. */
const traces = /34나|나7890|34나7890|서울|56바|바1234/;

/** A pipeline under privacy, with all that its tables hold and all that it publishes. */
async function startPrivate() {
  const packageDirectory = await deployedPackage(['--stage', 'local', '--param', 'privacy=true']);
  const pipeline = await startPipeline({ packageDirectory, events: true });
  const { stack } = pipeline;
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const { published, stop: stopCollecting } = await collectEvents(stack);
  const tables = [
    stack.tableName,
    stack.usageTableName,
    stack.visitsTableName,
    stack.listsTableName,
    stack.webhooksTableName,
  ];
  return {
    ...pipeline,
    published,
    /** The items of every table as JSON; packed attributes are unpacked. */
    stored: async () => {
      const items: string[] = [];
      for (const table of tables) {
        for await (const page of paginateScan({ client: dynamodb }, { TableName: table })) {
          items.push(...(page.Items ?? []).map((item) => JSON.stringify(unmarshall(item), unpack)));
        }
      }
      return items;
    },
    admit: async (plateKey: string) => {
      const list = 'residents';
      for (const item of [
        { list, item: 'settings', kind: 'unlisted', strength: 'look-alikes' },
        { list, item: `entry#${plateKey}`, plateKey },
      ]) {
        await dynamodb.send(new PutItemCommand({ TableName: stack.listsTableName, Item: marshall(item) }));
      }
    },
    /** As the clock does, a day later: every visit ends. */
    endVisits: async () => {
      const time = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
      const result = await stack.functionOf('notify').createSandbox().invoke({ time });
      assert.equal(result.kind, 'returned');
    },
    stop: async () => {
      await stopCollecting();
      dynamodb.destroy();
      await pipeline.stop();
    },
  };
}

function unpack(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? inflateRawSync(value).toString() : value;
}

const consoleSearch = z.object({
  found: z.array(z.object({ record: z.object({ key: z.string() }) })),
  note: z.object({ code: z.string() }).optional(),
});

describe('a stage under privacy', () => {
  let pipeline: Awaited<ReturnType<typeof startPrivate>>;
  let records: readonly StoredRecord[];
  const hashOf = (place: number) => String(records[place]?.['plateHash']);

  beforeAll(async () => {
    pipeline = await startPrivate();
    await pipeline.admit(resident);
    await pipeline.upload('gate/0.png', pictureOf(resident));
    await pipeline.upload('gate/1.png', pictureOf(stranger));
    const inBack = { plate: passenger, confidence: 0.5, box: plateBox };
    await pipeline.upload('gate/2.png', pictureOf(stranger, inBack));
    records = await Promise.all([0, 1, 2].map((place) => pipeline.recordOf(`gate/${place}.png`, isFinal)));
    const { published, endVisits } = pipeline;
    const ofType = (type: PlatelineEvent['type']) => published.filter((event) => event.type === type);
    await eventually('the readings', () => (ofType('reading.final').length >= 3 ? true : undefined));
    await eventually('the alert', () => ofType('list.matched')[0]);
    await endVisits();
    await eventually('the visits', () => (ofType('visit.ended').length >= 3 ? true : undefined));
  });
  afterAll(() => pipeline.stop());

  test('keeps the plate of a list, and a hash of any other', () => {
    assert.deepEqual(
      records.map(({ status, plate, verdict }) => [status, plate, verdict]),
      [
        ['READ', resident, 'valid'],
        ['READ', undefined, 'valid'],
        ['READ', undefined, 'valid'],
      ],
    );
    assert.match(hashOf(1), /^[0-9a-f]{64}$/);
    assert.equal(hashOf(1), hashOf(2));
  });

  test('leaves no character of any other plate in a table, an event, a webhook or a log', async () => {
    const bodies = pipeline.published.flatMap((event) =>
      (['json', 'slack', 'discord'] as const).map((format) => bodyOf(format, event)),
    );
    const items = await pipeline.stored();
    assert.ok(items.length >= 12, items.join('\n'));
    assert.ok(
      items.some((text) => text.includes(resident)) && bodies.some((text) => text.includes(resident)),
    );
    for (const text of [...items, ...bodies, ...pipeline.log]) assert.doesNotMatch(text, traces);
    assert.ok(!pipeline.log.some((line) => line.includes(resident)));
  });

  test('follows every car, and reports a stranger', () => {
    const { published } = pipeline;
    const reads = published.flatMap((event) =>
      event.type === 'visit.ended'
        ? [[event.data.plate ?? event.data.plateHash, event.data.reads] as const]
        : [],
    );
    assert.deepEqual([new Map(reads).get(resident), new Map(reads).get(hashOf(1))], [1, 2]);
    const alerts = published.flatMap((event) => (event.type === 'list.matched' ? [event.data] : []));
    assert.ok(alerts.every(({ list, read }) => list === 'residents' && read.plate === undefined));
    assert.ok(alerts.some(({ read }) => read.plateHash === hashOf(1)));
  });

  const find = async (...args: readonly string[]) => {
    const common = ['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url];
    const { output, errors, status } = await runPlateline(['find', ...args, '--json', ...common]);
    assert.equal(status, 0, errors);
    const { readings } = z
      .object({ readings: z.array(z.object({ key: z.string() })) })
      .parse(JSON.parse(output));
    return { keys: readings.map(({ key }) => key).toSorted(), errors };
  };

  test('finds whole plates and last four digits, of a list and of none', async () => {
    const [strangers, residents] = [['gate/1.png', 'gate/2.png'], ['gate/0.png']];
    assert.deepEqual(await find('34 나 7890'), { keys: strangers, errors: '' });
    assert.deepEqual(await find('--last', '7890'), { keys: strangers, errors: '' });
    assert.deepEqual(await find(resident), { keys: residents, errors: '' });
    assert.deepEqual(await find('--last', resident.slice(-4)), { keys: residents, errors: '' });
    assert.deepEqual(await find('34나7891'), { keys: [], errors: '' });
  });

  test('finds parts and similar plates only of a list, and says so', async () => {
    for (const args of [
      ['*', '--camera', 'gate'],
      ['12거3456', '--fuzzy', '--camera', 'gate'],
      [resident, '--fuzzy'],
    ]) {
      const { keys, errors } = await find(...args);
      assert.deepEqual(keys, ['gate/0.png'], args.join(' '));
      assert.match(errors, /^Of plates that the stage keeps as hashes only, .* these are left out\.\n$/);
    }
  });

  test('says so where the key of hashes may not be read, and finds the plates of a list', async () => {
    const lift = pipeline.stack.ssm.fail({ fault: jsonError('AccessDeniedException'), times: 10 });
    const { keys, errors } = await find(resident);
    lift();
    assert.deepEqual(keys, ['gate/0.png']);
    assert.match(errors, /^Plates that the stage keeps as hashes only were not searched: /);
  });

  describe('in the console', () => {
    let consoles: ReaderAndWriter;
    beforeAll(async () => {
      consoles = await startReaderAndWriter(pipeline.stack);
    });
    afterAll(() => consoles.close());

    const search = async (query: Readonly<Record<string, string>>) => {
      const { json } = await consoles.reader('GET', `/api/search?${new URLSearchParams(query).toString()}`);
      const { found, note } = consoleSearch.parse(json);
      return { keys: found.map(({ record }) => record.key).toSorted(), note: note?.code };
    };
    const decide = async (decision: Readonly<Record<string, string>>) => {
      const seen = await pipeline.recordOf('gate/2.png', isFinal);
      const { imageId: id, readAt, review } = parseRecord(seen);
      return await consoles.writer('POST', '/api/review', { id, readAt, reviewedAt: review?.at, decision });
    };

    test('whole plates and last four digits are found, and a note says what is not', async () => {
      const keys = ['gate/1.png', 'gate/2.png'];
      assert.deepEqual(await search({ plate: '34 나 7890' }), { keys, note: undefined });
      assert.deepEqual(await search({ plate: '7890' }), { keys, note: undefined });
      assert.deepEqual(await search({ plate: '12*', camera: 'gate' }), {
        keys: ['gate/0.png'],
        note: 'HASHES_NOT_COMPARED',
      });
    });

    test('a person decides about a hash, and corrects it to a plate of a list only', async () => {
      const refused = await decide({ kind: 'correct', plate: '34나7891' });
      assert.deepEqual(
        [refused.status, z.object({ code: z.string() }).parse(refused.json).code],
        [400, 'PLATE_ON_NO_LIST'],
      );
      assert.equal((await decide({ kind: 'reject' })).status, 200);
      assert.deepEqual((await search({ plate: stranger })).keys, ['gate/1.png']);
      assert.equal((await decide({ kind: 'correct', plate: resident })).status, 200);
      assert.deepEqual((await search({ plate: resident })).keys, ['gate/0.png', 'gate/2.png']);
      assert.equal((await decide({ kind: 'reopen' })).status, 200);
      assert.deepEqual((await search({ plate: '7890' })).keys, ['gate/1.png', 'gate/2.png']);
      for (const text of await pipeline.stored()) assert.doesNotMatch(text, traces);
    });
  });

  test('lets a picture wait, without a call, while its lists cannot be read', async () => {
    const { stack } = pipeline;
    const calls = stack.vehiclePlateEndpoint.calls.length;
    const lift = stack.dynamodb.fail({
      when: ({ operation, body }) => operation === 'Scan' && (body?.includes(stack.listsTableName) ?? false),
      times: Infinity,
      fault: jsonError('AccessDeniedException'),
    });
    // A warm sandbox knows the lists for some seconds.
    await stack.functionOf('read-plate').killSandboxes();
    await pipeline.upload('gate/late.png', pictureOf(stranger));
    const waiting = await pipeline.recordOf('gate/late.png', isWaiting);
    assert.equal(reasonCodeOf(waiting), 'DYNAMODB_ACCESSDENIEDEXCEPTION');
    assert.equal(stack.vehiclePlateEndpoint.calls.length, calls);
    await eventually('where the error was thrown, in the log', () =>
      pipeline.log.find(
        (line) => line.includes('DYNAMODB_ACCESSDENIEDEXCEPTION') && line.includes('thrownAt'),
      ),
    );
    lift();
    const record = await pipeline.recordOf('gate/late.png', isFinal);
    assert.deepEqual([record['status'], record['plateHash']], ['READ', hashOf(1)]);
    assert.equal(stack.vehiclePlateEndpoint.calls.length, calls + 1);
  });
});
