import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { createListsTable } from '../../../../functions/adapters/lists-table.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { putItems } from '../../put-items.ts';
import { runPlateline } from '../../run-plateline.ts';

describe('plateline watch', () => {
  let stack: LocalStack;
  let directory: string;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    directory = await mkdtemp(path.join(tmpdir(), 'plateline-watch-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await stack.stop();
  });

  const run = (args: readonly string[], stdin = '') =>
    runPlateline(['watch', ...args, '--stage', 'local', '--endpoint-url', stack.gateway.url], { stdin });
  /** The list as the function that compares plates reads it. */
  const readByFunction = async (name: string) => {
    const table = createListsTable(stack.listsTableName, Date.now, stack.dynamodb.clientConfiguration);
    return (await table.current()).find(({ list }) => list === name);
  };
  const importInto = (list: string, csv: string, ...options: string[]) =>
    run(['import', list, '-', ...options], csv);

  test('adds a plate in the form in which reads are compared, and creates the list', async () => {
    const { output, errors, status } = await run(['add', 'blocked', '12', '가-3456'.normalize('NFD')]);
    assert.equal(errors, '');
    assert.equal(output, '12가3456 added. blocked: alert when seen; look-alikes.\n');
    assert.equal(status, 0);
    assert.deepEqual(await readByFunction('blocked'), {
      list: 'blocked',
      kind: 'seen',
      strength: 'look-alikes',
      entries: [{ plateKey: '12가3456' }],
    });
  });

  test('keeps what an entry is valid for, and a list without its restrictions stays as it is', async () => {
    await run(['add', 'visitors', '--kind', 'unlisted', '--strength', 'exact', '--list-camera', 'gate']);
    const validity = ['--from', '2026-12-01', '--until', '2126-12-31', '--days', 'mon-fri'];
    const { output } = await run([
      ...['add', 'visitors', '34나5678', '--note', 'plumber', ...validity],
      ...['--hours', '08:00-18:00', '--camera', 'gate', '--json'],
    ]);
    const entry = {
      plateKey: '34나5678',
      note: 'plumber',
      validFrom: '2026-11-30T15:00:00.000Z',
      validUntil: '2126-12-31T14:59:59.999Z',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      hours: '08:00-18:00',
      cameras: ['gate'],
    };
    const settings = { list: 'visitors', kind: 'unlisted', strength: 'exact', cameras: ['gate'] };
    assert.deepEqual(JSON.parse(output), { ...settings, entry, replaced: false });
    assert.deepEqual(await readByFunction('visitors'), { ...settings, entries: [entry] });
  });

  test('replaces an entry, and changes only the settings that it names', async () => {
    await run(['add', 'replaced', '56다7890', '--note', 'old', '--list-camera', 'gate']);
    const { output } = await run([
      'add',
      'replaced',
      '56다7890',
      '--strength',
      'exact',
      '--list-camera',
      '*',
    ]);
    assert.equal(output, '56다7890 replaced. replaced: alert when seen; exact.\n');
    assert.deepEqual((await readByFunction('replaced'))?.entries, [{ plateKey: '56다7890' }]);
  });

  const refused: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'a pattern': [['12가*'], /is a pattern/],
    'text that is no plate': [['hello'], /is no plate/],
    'days that are none': [['12가3456', '--days', 'someday'], /are no days/],
    'an end in the past': [['12가3456', '--until', '2020-01-01'], /has ended already/],
    'an end before the beginning': [['12가3456', '--from', '2099-01-02', '--until', '2099-01-01'], /before/],
    'a time that does not exist': [['12가3456', '--until', '2099-02-31'], /does not exist/],
    'cameras that the list does not have': [
      ['12가3456', '--camera', 'yard', '--list-camera', 'gate'],
      /could never match/,
    ],
  };
  for (const [what, [args, sentence]] of Object.entries(refused)) {
    test(`refuses ${what} with a sentence, and creates no list`, async () => {
      const { errors, status } = await run(['add', 'refused', ...args]);
      assert.match(errors, sentence);
      assert.equal(status, 1);
      assert.equal(await readByFunction('refused'), undefined);
    });
  }

  test('refuses options of an entry without a plate, and a bad name of a list, as a wrong call', async () => {
    const withoutPlate = await run(['add', 'residents', '--note', 'flat 3']);
    assert.match(withoutPlate.errors, /--note needs a plate/);
    assert.equal(withoutPlate.status, 2);
    assert.equal((await run(['add', 'a list', '12가3456'])).status, 2);
  });

  test('takes a plate off a list however it is written, and says if it is not there', async () => {
    await run(['add', 'shrinking', '78라9012']);
    const { output } = await run(['remove', 'shrinking', '78 라 9012']);
    assert.equal(output, '78라9012 removed from shrinking.\n');
    const again = await run(['remove', 'shrinking', '78라9012']);
    assert.match(again.errors, /78라9012 is not on the list shrinking/);
    assert.equal(again.status, 1);
  });

  test('deletes a list only with --all', async () => {
    await run(['add', 'deleted', '78라9012']);
    assert.equal((await run(['remove', 'deleted'])).status, 2);
    const { output } = await run(['remove', 'deleted', '--all']);
    assert.equal(output, 'The list deleted is deleted, with 1 plate.\n');
    assert.equal(await readByFunction('deleted'), undefined);
    assert.match((await run(['list', 'deleted'])).errors, /There is no list deleted/);
  });

  test('shows the lists, and the plates of one without empty columns', async () => {
    await run(['add', 'shown', '12가3456', '--note', 'flat 3']);
    await run(['add', 'shown', '34나5678', '--until', '2099-12-31']);
    assert.match((await run(['list'])).output, /^shown +2 alert when seen; look-alikes$/m);
    const { output } = await run(['list', 'shown']);
    assert.equal(
      output,
      'shown: alert when seen; look-alikes.\n' +
        'plate    note   until\n' +
        '12가3456 flat 3\n' +
        '34나5678        2099-12-31\n',
    );
  });

  test('imports the good lines of a file, and reports every other with its line and reason', async () => {
    const csv =
      'Note,Plate,cameras,until\r\n' +
      'flat 1,12가 3456,gate;yard,2099-12-31\r\n' +
      'flat 2,12가34*6,,\r\n' +
      '"a note\nof two lines",34나5678,,\r\n' +
      'flat 1 again,12가3456,,\r\n' +
      ',,,\r\n' +
      'flat 4,56다7890,,2020-01-01\r\n';
    const { output, status } = await importInto('imported', csv, '--kind', 'unlisted');
    assert.equal(
      output,
      'line 3: 12가34*6 is a pattern. A list has whole plates; the strength of the list finds similar ones.\n' +
        'line 6: 12가3456 is already on line 2.\n' +
        'line 7: Nothing is left of the plate without spaces and hyphens.\n' +
        'line 8: The entry has ended already.\n' +
        '2 plates added, 0 replaced, 4 lines refused. imported: alert when not on it; look-alikes.\n',
    );
    assert.equal(status, 1);
    assert.deepEqual((await readByFunction('imported'))?.entries, [
      {
        plateKey: '12가3456',
        note: 'flat 1',
        cameras: ['gate', 'yard'],
        validUntil: '2099-12-31T14:59:59.999Z',
      },
      { plateKey: '34나5678', note: 'a note\nof two lines' },
    ]);
  });

  test('imports a file without a header, and one in code page 949 as Excel in Korea saves it', async () => {
    await importInto('bare', '12가3456,flat 1\n34나5678\n');
    assert.deepEqual((await readByFunction('bare'))?.entries, [
      { plateKey: '12가3456', note: 'flat 1' },
      { plateKey: '34나5678' },
    ]);
    const file = path.join(directory, 'excel.csv');
    // 12가3456 in code page 949.
    await writeFile(file, Buffer.from([0x31, 0x32, 0xb0, 0xa1, 0x33, 0x34, 0x35, 0x36]));
    assert.equal((await run(['import', 'excel', file])).status, 0);
    assert.deepEqual((await readByFunction('excel'))?.entries, [{ plateKey: '12가3456' }]);
  });

  test('with --replace the list has the plates of the file; one refused line changes nothing', async () => {
    await importInto('exact', '12가3456\n34나5678\n');
    const stopped = await importInto('exact', '12가3456\n56다78*0\n', '--replace');
    assert.match(stopped.output, /1 line refused, so nothing was changed\.\n$/);
    assert.equal((await readByFunction('exact'))?.entries.length, 2);
    const dry = await importInto('exact', '12가3456\n56다7890\n', '--replace', '--dry-run');
    assert.match(dry.output, /^1 plate would be added, 1 replaced, 1 removed, 0 lines refused/);
    const { output, status } = await importInto('exact', '12가3456\n56다7890\n', '--replace');
    assert.match(output, /^1 plate added, 1 replaced, 1 removed, 0 lines refused/);
    assert.equal(status, 0);
    assert.deepEqual(
      (await readByFunction('exact'))?.entries.map(({ plateKey }) => plateKey),
      ['12가3456', '56다7890'],
    );
  });

  test('imports more plates than one request takes', async () => {
    const plates = Array.from({ length: 60 }, (_, index) => `12가${String(3000 + index)}`);
    const { output } = await importInto('many', plates.join('\n'));
    assert.match(output, /^60 plates added/);
    assert.equal((await readByFunction('many'))?.entries.length, 60);
  });

  test('imports what it exported, without a loss', async () => {
    const entries = [
      {
        plateKey: '12가3456',
        note: '=SUM(A1), "quoted"',
        validFrom: '2026-11-30T15:00:00.000Z',
        validUntil: '2099-12-31T05:30:59.999Z',
        days: ['sat', 'sun'],
        hours: '22:00-06:00',
        cameras: ['gate', 'yard'],
      },
      { plateKey: '34나5678' },
    ];
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    await putItems(dynamodb, stack.listsTableName, [
      { list: 'original', item: 'settings', kind: 'seen', strength: 'exact' },
      ...entries.map((entry) => ({ list: 'original', item: `entry#${entry.plateKey}`, ...entry })),
    ]);
    dynamodb.destroy();
    const file = path.join(directory, 'original.csv');
    const { errors, status } = await run(['export', 'original', '--output', file]);
    assert.equal(errors, `2 plates written to ${file}.\n`);
    assert.equal(status, 0);
    assert.match(await readFile(file, 'utf8'), /,2026-12-01,2099-12-31T14:30:59\.999\+09:00,/);
    assert.equal((await run(['import', 'copy', file])).status, 0);
    const sorted = z.array(z.object({ days: z.array(z.string()).optional() }).loose());
    const [first, second] = sorted.parse((await readByFunction('copy'))?.entries);
    assert.deepEqual([{ ...first, days: first?.days?.toReversed() }, second], entries);
  });

  test('refuses a file with an unknown column, one that is no CSV, and one that is not there', async () => {
    const unknown = await importInto('nothing', 'plate,colour\n12가3456,red\n');
    assert.match(unknown.errors, /unknown column: colour/);
    const broken = await importInto('nothing', 'plate\n"12가3456\n');
    assert.match(broken.errors, /The file is no CSV/);
    const missing = await run(['import', 'nothing', path.join(directory, 'missing.csv')]);
    assert.match(missing.errors, /cannot be read \(ENOENT\)/);
    assert.deepEqual([unknown.status, broken.status, missing.status], [1, 1, 1]);
    assert.equal(await readByFunction('nothing'), undefined);
  });

  test('names the table and the options to check in a stage without lists', async () => {
    const { errors, status } = await runPlateline([
      ...['watch', 'list', '--stage', 'missing', '--endpoint-url', stack.gateway.url],
    ]);
    assert.match(errors, /There is no table plateline-missing-lists .* Check --stage and --region\./);
    assert.equal(status, 1);
  });
});
