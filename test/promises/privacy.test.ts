import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';
import { DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, describe, test, type TestContext } from 'vitest';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { bodyOf } from '../../functions/core/webhook/body.ts';
import { jsonError } from '../../infra/local/aws/fault-proxy.ts';
import { subscribeToEvents } from '../../infra/local/event-subscription.ts';
import { eventually } from '../eventually.ts';
import { deployedPackage } from '../infra/deployed-package.ts';
import { isFinal, isWaiting, pictureOf, plateBox, reasonCodeOf, startPipeline } from './pipeline.ts';

const [resident, stranger, passenger] = ['12가3456', '34나7890', '서울56바1234'] as const;
/** What none of the unlisted plates may leave anywhere: all that is of them alone. */
const traces = /34나|나7890|34나7890|서울|56바|바1234/;

let packageDirectory: string;

beforeAll(async () => {
  packageDirectory = await deployedPackage(['--stage', 'local', '--param', 'privacy=true']);
});

/** A pipeline under privacy, with all that its tables hold and all that it publishes. */
async function startPrivate(context: TestContext) {
  const pipeline = await startPipeline({ packageDirectory, events: true });
  const { stack } = pipeline;
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const subscription = await subscribeToEvents(stack);
  const published: PlatelineEvent[] = [];
  const ending = new AbortController();
  const collecting = (async () => {
    for await (const event of subscription.events(ending.signal)) published.push(event);
  })();
  context.onTestFinished(async () => {
    ending.abort();
    await collecting;
    subscription.close();
    dynamodb.destroy();
    await pipeline.stop();
  });
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
  };
}

function unpack(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? inflateRawSync(value).toString() : value;
}

describe('a stage under privacy', () => {
  test('leaves no character of a plate that is on no list, and follows its car all the same', async (context) => {
    const pipeline = await startPrivate(context);
    const { stack, admit, endVisits, published, stored, log } = pipeline;
    const recordOf = (key: string) => pipeline.recordOf(key, isFinal);
    await admit(resident);
    await pipeline.upload('gate/1.png', pictureOf(resident));
    await pipeline.upload('gate/2.png', pictureOf(stranger));
    await pipeline.upload(
      'gate/3.png',
      pictureOf(stranger, { plate: passenger, confidence: 0.5, box: plateBox }),
    );
    const listed = await recordOf('gate/1.png');
    const [first, second] = [await recordOf('gate/2.png'), await recordOf('gate/3.png')];
    await eventually('the alert', () => published.find(({ type }) => type === 'list.matched'));
    await eventually('all readings', () =>
      published.filter(({ type }) => type === 'reading.final').length >= 3 ? true : undefined,
    );
    await endVisits();
    const ended = await eventually('both visits of strangers and that of the resident', () => {
      const found = published.filter((event) => event.type === 'visit.ended');
      return found.length >= 3 ? found : undefined;
    });

    assert.deepEqual([listed['plate'], listed['plateKey']], [resident, resident]);
    assert.deepEqual([first['status'], first['plate'], first['verdict']], ['READ', undefined, 'valid']);
    assert.equal(first['plateHash'], second['plateHash']);
    const reads = new Map(ended.map(({ data }) => [data.plate ?? data.plateHash, data.reads]));
    assert.deepEqual([reads.get(resident), reads.get(String(first['plateHash']))], [1, 2]);
    const alerts = published.flatMap((event) => (event.type === 'list.matched' ? [event.data] : []));
    assert.ok(alerts.every(({ list, read }) => list === 'residents' && read.plate === undefined));
    assert.ok(alerts.some(({ read }) => read.plateHash === first['plateHash']));

    const bodies = published.flatMap((event) =>
      (['json', 'slack', 'discord'] as const).map((format) => bodyOf(format, event)),
    );
    const items = await stored();
    assert.ok(items.length >= 12, items.join('\n'));
    assert.ok([...items, ...bodies].some((text) => text.includes(resident)));
    for (const text of [...items, ...bodies, ...log]) assert.doesNotMatch(text, traces);
    assert.ok(!log.some((line) => line.includes(resident)));
    assert.equal(stack.vehiclePlateEndpoint.calls.length, 3);
  });

  test('lets a picture wait, without a call, while its lists cannot be read', async (context) => {
    const pipeline = await startPrivate(context);
    const { stack } = pipeline;
    const lift = stack.dynamodb.fail({
      when: ({ operation, body }) => operation === 'Scan' && (body?.includes(stack.listsTableName) ?? false),
      times: Infinity,
      fault: jsonError('AccessDeniedException'),
    });
    await pipeline.upload('gate/1.png', pictureOf(stranger));
    const waiting = await pipeline.recordOf('gate/1.png', isWaiting);
    assert.equal(reasonCodeOf(waiting), 'DYNAMODB_ACCESSDENIEDEXCEPTION');
    assert.equal(stack.vehiclePlateEndpoint.calls.length, 0);
    lift();
    const record = await pipeline.recordOf('gate/1.png', isFinal);
    assert.deepEqual([record['status'], record['plate']], ['READ', undefined]);
    assert.equal(stack.vehiclePlateEndpoint.calls.length, 1);
  });
});
