import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { createDynamoDBClient } from '../../../cli/aws/clients.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { putItems, recordOf } from '../put-items.ts';
import { startReaderAndWriter, type ReaderAndWriter } from './pipeline-console.ts';

const fault = z.object({ code: z.string(), message: z.string() });
const entries = z.object({
  entries: z.array(z.object({ plateKey: z.string(), lastSeen: z.string().optional() }).loose()),
  found: z.number(),
  total: z.number(),
});
const settings = { list: 'residents', kind: 'unlisted', strength: 'exact', cameras: ['gate'] };
const none = { note: '', from: '', until: '', days: '', hours: '', cameras: [] };

describe('Watch lists in the console', () => {
  let stack: LocalStack;
  let consoles: ReaderAndWriter;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    consoles = await startReaderAndWriter(stack);
    assert.equal((await consoles.writer('POST', '/api/lists', settings)).status, 200);
  });
  afterAll(async () => {
    await consoles.close();
    await stack.stop();
  });

  const entriesOf = async (query: string) => {
    const { json } = await consoles.reader('GET', `/api/lists/entries?list=residents${query}`);
    return entries.parse(json);
  };

  test('shows the settings of each list and how many plates it has', async () => {
    const { json } = await consoles.reader('GET', '/api/lists');
    assert.deepEqual(json, { lists: [{ ...settings, entries: 0 }] });
  });

  test('adds, finds and takes off a plate, and says when it was seen last', async () => {
    const connection = {
      endpointUrl: stack.gateway.url,
      region: stack.s3.clientConfiguration.region,
      credentials: stack.s3.clientConfiguration.credentials,
    };
    const dynamodb = createDynamoDBClient(connection);
    await putItems(dynamodb, stack.tableName, [recordOf('gate/1.jpg')]);
    dynamodb.destroy();
    const cells = { ...none, list: 'residents', plate: '12 가-3456', note: '201호', hours: '08:00-18:00' };
    const added = await consoles.writer('POST', '/api/lists/entries', cells);
    const entry = { plateKey: '12가3456', note: '201호', hours: '08:00-18:00' };
    assert.deepEqual(added.json, { entry, replaced: false });
    const lastSeen = '2026-11-22T05:00:00.000Z';
    assert.deepEqual(await entriesOf('&find=201'), { entries: [{ ...entry, lastSeen }], found: 1, total: 1 });
    assert.deepEqual(await entriesOf('&find=3457'), { entries: [], found: 0, total: 1 });
    const removal = '/api/lists/entries?list=residents&plate=12%20%EA%B0%80%203456';
    assert.deepEqual((await consoles.writer('DELETE', removal)).json, {
      plateKey: '12가3456',
      removed: true,
    });
    assert.equal((await entriesOf('')).total, 0);
  });

  test('imports a file only after a preview of the same, with a code and a sentence for each refused line', async () => {
    const csv = new TextEncoder().encode('plate,cameras\n34나5678,\n12가34*6,\n56다7890,yard\n');
    const path = '/api/lists/import?list=residents';
    const preview = await consoles.writer('POST', `${path}&dryRun=1`, csv);
    assert.equal((await entriesOf('')).total, 0);
    const done = await consoles.writer('POST', path, csv);
    assert.deepEqual(done.json, preview.json);
    const plan = z.looseObject({ added: z.number(), refused: z.array(z.looseObject({ code: z.string() })) });
    const { added, refused } = plan.parse(done.json);
    assert.equal(added, 1);
    assert.deepEqual(
      refused.map(({ line, code }) => [line, code]),
      [
        [3, 'PATTERN'],
        [4, 'OTHER_CAMERAS'],
      ],
    );
    const stopped = await consoles.writer('POST', `${path}&replace=1`, csv);
    assert.equal(z.looseObject({ isStopped: z.boolean() }).parse(stopped.json).isStopped, true);
    assert.equal((await entriesOf('')).total, 1);
  });

  const refusals: Readonly<Record<string, readonly [string, string, unknown, number, string]>> = {
    'a name that is none': ['POST', '/api/lists', { ...settings, list: 'a list' }, 400, 'LIST_NAME'],
    'a list that is there': ['POST', '/api/lists', settings, 409, 'LIST_EXISTS'],
    'a kind that is none': ['POST', '/api/lists', { ...settings, list: 'x', kind: 'all' }, 400, 'USAGE'],
    'an entry that could never match': [
      ...(['POST', '/api/lists/entries', { ...none, list: 'residents', plate: 'hello' }] as const),
      ...([400, 'ENTRY_NOT_A_PLATE'] as const),
    ],
    'an entry of no list': [
      ...(['POST', '/api/lists/entries', { ...none, list: 'nobody', plate: '12가3456' }] as const),
      ...([404, 'NO_LIST'] as const),
    ],
    'a file that is no CSV': [
      ...(['POST', '/api/lists/import?list=residents', new TextEncoder().encode('plate\n"1')] as const),
      ...([400, 'NO_CSV'] as const),
    ],
    'a file that is too large': [
      ...(['POST', '/api/lists/import?list=residents', new Uint8Array(5_000_001)] as const),
      ...([400, 'TOO_LARGE'] as const),
    ],
  };
  for (const [what, [method, path, body, status, code]] of Object.entries(refusals)) {
    test(`refuses ${what}`, async () => {
      const answer = await consoles.writer(method, path, body);
      assert.deepEqual([answer.status, fault.parse(answer.json).code], [status, code]);
    });
  }

  test('a console that only reads changes no list', async () => {
    for (const [method, path] of [
      ['POST', '/api/lists'],
      ['POST', '/api/lists/entries'],
      ['DELETE', '/api/lists/entries?list=residents&plate=34%EB%82%985678'],
      ['POST', '/api/lists/import?list=residents'],
    ] as const) {
      const { status, json } = await consoles.reader(method, path);
      assert.deepEqual([status, fault.parse(json).code], [403, 'READ_ONLY'], path);
    }
  });
});
