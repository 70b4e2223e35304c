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
import { putItems, readingOf } from '../../put-items.ts';

describe('plateline export', () => {
  let stack: LocalStack;
  let directory: string;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false, recordRequests: true });
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    await putItems(dynamodb, stack.tableName, [
      readingOf('gate/old.jpg', { capturedAt: '2026-10-31T14:59:59.999Z' }),
      readingOf('gate/first.jpg', {
        capturedAt: '2026-10-31T15:00:00.000Z',
        plate: '서울 12바 5215',
        plateKey: '서울12바5215',
        plateFaults: ['one thing', 'another'],
        plateCorrections: [{ at: 1, from: 'O', to: '0' }],
        needsReview: false,
      }),
      readingOf('gate/last.jpg', { capturedAt: '2026-11-22T05:00:00.000Z' }),
      readingOf('road/1.jpg', {
        camera: 'road',
        status: 'NO_PLATE',
        plate: undefined,
        plateKey: undefined,
        confidence: undefined,
        box: undefined,
        plates: undefined,
        reason: { code: 'NO_PLATE', message: 'There is no plate, says "the endpoint".' },
      }),
      readingOf('evil/1.jpg', { camera: '=1+1', plate: ' =HYPERLINK("x")', key: '\t=2\u001b[31m' }),
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

  test('writes CSV with fixed columns, and lines that end as RFC 4180 has them', async () => {
    const { output, errors, status } = await exportRecords('--camera', 'gate', '--until', '2026-11-01');
    assert.deepEqual([status, errors], [0, '']);
    const names = exportColumns.map(({ name }) => name).join(',');
    assert.equal(
      output,
      `${names}\r\n` +
        '2026-11-01 00:00:00,gate,서울 12바 5215,서울12바5215,0.91,,false,,,,one thing; another,O → 0 as character 2,12가3456,' +
        '"286,541 514,541 514,589 286,589",READ,,,pictures,gate/first.jpg,,0123,,,,,,2026-10-31T15:00:00.000Z,,' +
        '2026-11-22T05:00:01.000Z,2026-11-22T05:00:02.000Z,1,1,,s3://pictures/gate/first.jpg?etag=0123\r\n' +
        '2026-10-31 23:59:59,gate,12가3456,12가3456,0.91,,,,,,,,12가3456,' +
        '"286,541 514,541 514,589 286,589",READ,,,pictures,gate/old.jpg,,0123,,,,,,2026-10-31T14:59:59.999Z,,' +
        '2026-11-22T05:00:01.000Z,2026-11-22T05:00:02.000Z,1,1,,s3://pictures/gate/old.jpg?etag=0123\r\n',
    );
  });

  test('lets no cell be a formula and no control character through', async () => {
    const { output } = await exportRecords('--camera', '=1+1');
    assert.match(output, /,'=1\+1,"' =HYPERLINK\(""x""\)",/);
    assert.match(output, /,\\u\{9\}=2\\u\{1b\}\[31m,/);
  });

  test('takes both ends of a span of time, in the time of Korea', async () => {
    const { output } = await exportRecords(
      ...['--format', 'jsonl', '--camera', 'gate', '--since', '2026-11-01', '--until', '2026-11-22T14:00'],
    );
    assert.deepEqual(keysOf(output), ['gate/last.jpg', 'gate/first.jpg']);
  });

  test('takes several cameras, one after the other', async () => {
    const { output } = await exportRecords(
      ...['--format', 'jsonl', '--camera', 'road', '--camera', 'gate', '--camera', 'road'],
    );
    assert.deepEqual(keysOf(output), ['road/1.jpg', 'gate/last.jpg', 'gate/first.jpg', 'gate/old.jpg']);
  });

  test('takes all cameras where none is named', async () => {
    const { output } = await exportRecords('--format', 'jsonl', '--since', '2026-11-02');
    assert.deepEqual(keysOf(output).toSorted(), ['\t=2\u001b[31m', 'gate/last.jpg', 'road/1.jpg']);
  });

  test('reads no other records than those of the cameras that are named', async () => {
    const before = stack.dynamodb.requests.length;
    await exportRecords('--camera', 'gate');
    const operations = stack.dynamodb.requests.slice(before).map(({ operation }) => operation);
    assert.deepEqual(operations, ['Query']);
  });

  test('writes whole records as JSON Lines, with --json too', async () => {
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

  test('writes the header alone where no record is in the span', async () => {
    const { output, status } = await exportRecords('--camera', 'gate', '--until', '2020-01-01');
    assert.equal(status, 0);
    assert.match(output, /^capturedAtKorea,.*,imageId\r\n$/);
  });

  test('writes a file, and says how many records it has', async () => {
    const file = path.join(directory, 'gate.csv');
    const { output, errors, status } = await exportRecords('--camera', 'gate', '--output', file);
    assert.deepEqual([output, errors, status], ['', `3 records written to ${file}.\n`, 0]);
    assert.equal((await readFile(file, 'utf8')).split('\r\n').length, 5);
  });

  test('begins CSV with a byte order mark, by which spreadsheets know hangul', async () => {
    const file = path.join(directory, 'gate.csv');
    await exportRecords('--camera', 'gate', '--output', file);
    assert.ok((await readFile(file)).toString('hex').startsWith('efbbbf'));
  });

  test('replaces no device by a file', async () => {
    const { errors, status } = await exportRecords('--output', '/dev/null');
    assert.equal(status, 1);
    assert.equal(errors, 'error: /dev/null is no regular file; it would be replaced by one.\n');
  });

  test('replaces no link to its own standard output, such as /dev/stdout, by a file', async () => {
    // Of Linux, and a link of the test's own: what the system has there stays out of danger.
    const link = path.join(directory, 'stdout');
    await symlink('/proc/self/fd/1', link);
    const { output, errors, status } = await exportRecords('--output', link);
    assert.deepEqual([output, status], ['', 1]);
    assert.equal(errors, `error: ${link} is no regular file; it would be replaced by one.\n`);
    assert.ok((await lstat(link)).isSymbolicLink());
  });

  test('leaves the file as it was, and nothing beside it, where it fails', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    const { status } = await exportRecords('--output', file, '--table', 'no-such-table');
    assert.equal(status, 1);
    assert.equal(await readFile(file, 'utf8'), 'before');
    assert.deepEqual(await readdir(directory), ['gate.csv']);
  });

  test('writes a file that its owner alone may read', async () => {
    const file = path.join(directory, 'gate.csv');
    await exportRecords('--camera', 'gate', '--output', file);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test('leaves the permissions of a file that it replaces as they are', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    await chmod(file, 0o660);
    await exportRecords('--camera', 'gate', '--output', file);
    assert.equal((await stat(file)).mode & 0o777, 0o660);
    assert.notEqual(await readFile(file, 'utf8'), 'before');
  });

  test('leaves the owner of a file that it replaces as it is', async () => {
    const file = path.join(directory, 'gate.csv');
    await writeFile(file, 'before');
    // Whoever is not root can but give a file to another group of his own.
    const [uid, gid] = getuid?.() === 0 ? [1234, 5678] : [getuid?.() ?? NaN, getgroups?.().at(-1) ?? NaN];
    await chown(file, uid, gid);
    await exportRecords('--camera', 'gate', '--output', file);
    const after = await stat(file);
    assert.deepEqual([after.uid, after.gid], [uid, gid]);
    assert.notEqual(await readFile(file, 'utf8'), 'before');
  });

  test('writes a file whose name is as long as names can be', async () => {
    const file = path.join(directory, 'x'.repeat(255));
    await exportRecords('--camera', 'gate', '--output', file);
    assert.match(await readFile(file, 'utf8'), /gate\/first\.jpg/);
  });

  for (const [what, before] of [
    ['that a symbolic link names', 'before'],
    ['that a symbolic link names and that is not there yet', undefined],
  ] as const) {
    test(`writes the file ${what}, and leaves the link`, async () => {
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
    ['in a directory that is missing', 'missing/gate.csv', 'ENOENT'],
    ['in a file as if it were a directory', 'file/gate.csv', 'ENOTDIR'],
    ['whose name is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ] as const) {
    test(`says in a sentence that it cannot write a file ${what}`, async () => {
      await writeFile(path.join(directory, 'file'), '');
      const { errors, status } = await exportRecords('--output', path.join(directory, name));
      assert.equal(status, 1);
      assert.match(errors, new RegExp(`^error: .*${name} cannot be written: ${code}.*\\n$`));
    });
  }

  test('leaves nothing behind where Ctrl-C ends it', async () => {
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
    [['--json', '--format', 'csv'], /--json goes without --format csv/],
    [['--camera', ''], /A camera has a name/],
    [['--output', ''], /A file has a name/],
    [['--output', 'reports/'], /A file has a name/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, async () => {
      const { output, errors, status } = await exportRecords(...args);
      assert.deepEqual([output, status], ['', 2]);
      assert.match(errors, sentence);
    });
  }

  test('needs no more memory for many records than for few', async () => {
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
