import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getgroups, getuid } from 'node:process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { exportColumns } from '../../../../cli/commands/export/export-columns.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { environment, runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';
import { startLongTable } from './long-table.ts';
import { putItems, recordOf } from '../../put-items.ts';

describe('plateline export', () => {
  let stack: LocalStack;
  let directory: string;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false, recordRequests: true });
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    await putItems(dynamodb, stack.tableName, [
      recordOf('gate/old.jpg', { capturedAt: '2026-10-31T14:59:59.999Z' }),
      recordOf('gate/first.jpg', {
        capturedAt: '2026-10-31T15:00:00.000Z',
        plate: '서울 12바 5215',
        plateKey: '서울12바5215',
        plateFaults: ['one thing', 'another'],
        plateCorrections: [{ at: 1, from: 'O', to: '0' }],
        needsReview: false,
      }),
      recordOf('gate/last.jpg', { capturedAt: '2026-11-22T05:00:00.000Z' }),
      recordOf('road/1.jpg', {
        camera: 'road',
        status: 'NO_PLATE',
        plate: undefined,
        plateKey: undefined,
        confidence: undefined,
        box: undefined,
        plates: undefined,
        reason: { code: 'NO_PLATE', message: 'There is no plate, says "the endpoint".' },
      }),
      recordOf('back/1.jpg', { camera: '후문', capturedAt: '2025-01-01T01:00:00.000Z' }),
      recordOf('back/2.jpg', { camera: '후문'.normalize('NFD'), capturedAt: '2025-01-01T02:00:00.000Z' }),
      recordOf('evil/1.jpg', { camera: '=1+1', plate: ' =HYPERLINK("x")', key: '\t=2\u001b[31m' }),
    ]);
    dynamodb.destroy();
  });
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'plateline-export-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  afterAll(() => stack.stop());

  const exportRecords = (...args: string[]) =>
    runPlateline(['export', '--stage', 'local', '--endpoint-url', stack.gateway.url, ...args]);
  const keysOf = (jsonLines: string): unknown[] =>
    jsonLines
      .trimEnd()
      .split('\n')
      .map((line): unknown => {
        const record: unknown = JSON.parse(line);
        return typeof record === 'object' && record !== null && 'key' in record ? record.key : undefined;
      });

  test('writes CSV with fixed columns and the line ends of RFC 4180', async () => {
    const { output, errors, status } = await exportRecords('--camera', 'gate', '--until', '2026-11-01');
    assert.deepEqual([status, errors], [0, '']);
    const names = exportColumns.map(({ name }) => name).join(',');
    assert.equal(
      output,
      `${names}\r\n` +
        '2026-11-01 00:00:00,gate,서울 12바 5215,서울12바5215,0.91,,false,,,,one thing; another,O → 0 as character 2,12가3456,' +
        '"286,541 514,541 514,589 286,589",READ,,,pictures,gate/first.jpg,,0123,,,,,,2026-10-31T15:00:00.000Z,,' +
        '2026-11-22T05:00:01.000Z,2026-11-22T05:00:02.000Z,1,1,,s3://pictures/gate/first.jpg?etag=0123,,,,,,,,\r\n' +
        '2026-10-31 23:59:59,gate,12가3456,12가3456,0.91,,,,,,,,12가3456,' +
        '"286,541 514,541 514,589 286,589",READ,,,pictures,gate/old.jpg,,0123,,,,,,2026-10-31T14:59:59.999Z,,' +
        '2026-11-22T05:00:01.000Z,2026-11-22T05:00:02.000Z,1,1,,s3://pictures/gate/old.jpg?etag=0123,,,,,,,,\r\n',
    );
  });

  test('writes no formulas and no control characters', async () => {
    const { output } = await exportRecords('--camera', '=1+1');
    assert.match(output, /,'=1\+1,"' =HYPERLINK\(""x""\)",/);
    assert.match(output, /,\\u\{9\}=2\\u\{1b\}\[31m,/);
  });

  test('includes both ends of a span of time, in the time of Korea', async () => {
    const { output } = await exportRecords(
      ...['--format', 'jsonl', '--camera', 'gate', '--since', '2026-11-01', '--until', '2026-11-22T14:00'],
    );
    assert.deepEqual(keysOf(output), ['gate/last.jpg', 'gate/first.jpg']);
  });

  test('writes several cameras, one after the other', async () => {
    const { output } = await exportRecords(
      ...['--format', 'jsonl', '--camera', 'road', '--camera', 'gate', '--camera', 'road'],
    );
    assert.deepEqual(keysOf(output), ['road/1.jpg', 'gate/last.jpg', 'gate/first.jpg', 'gate/old.jpg']);
  });

  test('writes the records of both Unicode forms of a camera’s name, the newest first', async () => {
    const { output } = await exportRecords('--format', 'jsonl', '--camera', '후문');
    assert.deepEqual(keysOf(output), ['back/2.jpg', 'back/1.jpg']);
  });

  test('writes all cameras if none is named, and says that they have no order', async () => {
    const { output, errors } = await exportRecords('--format', 'jsonl', '--since', '2026-11-02');
    assert.equal(errors, 'The records have no order. With --camera they are sorted by capture time.\n');
    assert.deepEqual(keysOf(output).toSorted(), ['\t=2\u001b[31m', 'gate/last.jpg', 'road/1.jpg']);
  });

  test('reads only the records of the named cameras', async () => {
    const before = stack.dynamodb.requests.length;
    await exportRecords('--camera', 'gate');
    const operations = stack.dynamodb.requests.slice(before).map(({ operation }) => operation);
    assert.deepEqual(operations, ['Query']);
  });

  test('writes whole records as JSON Lines, also with --json', async () => {
    const { output } = await exportRecords('--json', '--camera', 'road');
    assert.deepEqual(JSON.parse(output), {
      imageId: 's3://pictures/road/1.jpg?etag=0123',
      status: 'NO_PLATE',
      reason: { code: 'NO_PLATE', message: 'There is no plate, says "the endpoint".' },
      bucket: 'pictures',
      key: 'road/1.jpg',
      etag: '0123',
      camera: 'road',
      capturedAt: '2026-11-22T05:00:00.000Z',
      uploadedAt: '2026-11-22T05:00:01.000Z',
      readAt: '2026-11-22T05:00:02.000Z',
      attempts: 1,
      calls: 1,
    });
  });

  test('writes only the header if no record is in the span', async () => {
    const { output, status } = await exportRecords('--camera', 'gate', '--until', '2020-01-01');
    assert.equal(status, 0);
    assert.match(
      output,
      /^capturedAtKorea,.*,imageId,capturedAtFault,keyNotMatched,review,correctedPlate,reviewedBy,reviewedAt,preparation,plateHash\r\n$/,
    );
  });

  test('writes a file, and prints the number of its records', async () => {
    const file = path.join(directory, 'gate.csv');
    const { output, errors, status } = await exportRecords('--camera', 'gate', '--output', file);
    assert.deepEqual([output, errors, status], ['', `3 records written to ${file}.\n`, 0]);
    assert.equal((await readFile(file, 'utf8')).split('\r\n').length, 5);
  });

  test('begins CSV with a byte order mark, which spreadsheets need for Hangul', async () => {
    const file = path.join(directory, 'gate.csv');
    await exportRecords('--camera', 'gate', '--output', file);
    assert.ok((await readFile(file)).toString('hex').startsWith('efbbbf'));
  });

  test('does not replace a device', async () => {
    const { errors, status } = await exportRecords('--output', '/dev/null');
    assert.equal(status, 1);
    assert.equal(errors, 'error: /dev/null is not a regular file, so it is not replaced.\n');
  });

  test('does not replace a link to its own standard output, such as /dev/stdout', async () => {
    // Only on Linux; a link of the test itself, so that a failure cannot replace the system's /dev/stdout.
    const link = path.join(directory, 'stdout');
    await symlink('/proc/self/fd/1', link);
    const { output, errors, status } = await exportRecords('--output', link);
    assert.deepEqual([output, status], ['', 1]);
    assert.equal(errors, `error: ${link} is not a regular file, so it is not replaced.\n`);
    assert.ok((await lstat(link)).isSymbolicLink());
  });

  test('leaves an existing file unchanged, and no other file, if it fails', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    const { status } = await exportRecords('--output', file, '--table', 'no-such-table');
    assert.equal(status, 1);
    assert.equal(await readFile(file, 'utf8'), 'before');
    assert.deepEqual(await readdir(directory), ['gate.csv']);
  });

  test('writes a file that only its owner can read', async () => {
    const file = path.join(directory, 'gate.csv');
    await exportRecords('--camera', 'gate', '--output', file);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test('keeps the permissions of a file that it replaces', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    await chmod(file, 0o660);
    await exportRecords('--camera', 'gate', '--output', file);
    assert.equal((await stat(file)).mode & 0o777, 0o660);
    assert.notEqual(await readFile(file, 'utf8'), 'before');
  });

  test('keeps the owner of a file that it replaces', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    // Only root can give a file to another user; others can give it to one of their groups.
    const [uid, gid] = getuid?.() === 0 ? [1234, 5678] : [getuid?.() ?? NaN, getgroups?.().at(-1) ?? NaN];
    await chown(file, uid, gid);
    await exportRecords('--camera', 'gate', '--output', file);
    const after = await stat(file);
    assert.deepEqual([after.uid, after.gid], [uid, gid]);
    assert.notEqual(await readFile(file, 'utf8'), 'before');
  });

  test('writes a file with the longest possible name', async () => {
    const file = path.join(directory, 'x'.repeat(255));
    await exportRecords('--camera', 'gate', '--output', file);
    assert.match(await readFile(file, 'utf8'), /gate\/first\.jpg/);
  });

  for (const [what, before] of [
    ['behind a symbolic link', 'before'],
    ['behind a symbolic link to a missing file', undefined],
  ] as const) {
    test(`writes the file ${what}, and keeps the link`, async () => {
      await mkdir(path.join(directory, '2026'));
      const file = path.join(directory, '2026', 'november.csv');
      const link = path.join(directory, 'latest.csv');
      if (before !== undefined) await writeFile(file, before);
      await symlink('2026/november.csv', link);
      await exportRecords('--camera', 'gate', '--output', link);
      assert.ok((await lstat(link)).isSymbolicLink());
      assert.match(await readFile(file, 'utf8'), /gate\/first\.jpg/);
    });
  }

  for (const [what, name, code] of [
    ['in a missing directory', 'missing/gate.csv', 'ENOENT'],
    ['in a path through a file', 'file/gate.csv', 'ENOTDIR'],
    ['with a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ] as const) {
    test(`explains in a sentence that it cannot write a file ${what}`, async () => {
      await writeFile(path.join(directory, 'file'), '');
      const { errors, status } = await exportRecords('--output', path.join(directory, name));
      assert.equal(status, 1);
      assert.match(errors, new RegExp(`^error: .*${name} cannot be written: ${code}.*\\n$`));
    });
  }

  test('leaves no file after Ctrl-C', async () => {
    const table = await startLongTable(1000);
    const file = path.join(directory, 'all.csv');
    const terminal = runInTerminal(['export', '--output', file, '--endpoint-url', table.url]);
    await terminal.shows(/\d+ records so far/);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
    await table.stop();
    assert.deepEqual(await readdir(directory), []);
  });

  for (const [args, sentence] of [
    [['--since', '2026-02-30'], /2026-02-30/],
    [['--since', '2026-11-02', '--until', '2026-11-01'], /--since is later than --until/],
    [['--format', 'xlsx'], /csv, jsonl/],
    [['--json', '--format', 'csv'], /--json cannot be combined with --format csv/],
    [['--camera', ''], /The name of a camera must not be empty/],
    [['--output', ''], /The name of a file must not be empty/],
    [['--output', 'reports/'], /The name of a file must not be empty/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, async () => {
      const { output, errors, status } = await exportRecords(...args);
      assert.deepEqual([output, status], ['', 2]);
      assert.match(errors, sentence);
    });
  }

  test('needs no more memory for many records than for a few', async () => {
    const table = await startLongTable(60);
    const file = path.join(directory, 'all.csv');
    const { errors, status } = await runPlateline(['export', '--output', file, '--endpoint-url', table.url], {
      env: { ...environment, NODE_OPTIONS: '--max-old-space-size=48' },
    });
    await table.stop();
    assert.equal(status, 0, errors);
    assert.ok(errors.endsWith(`${table.records.toLocaleString('en')} records written to ${file}.\n`));
  });
});
