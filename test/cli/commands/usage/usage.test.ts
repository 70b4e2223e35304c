import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { pictureOf, startPipeline } from '../../../promises/pipeline.ts';
import { runPlateline } from '../../run-plateline.ts';
import { putItems } from '../../put-items.ts';

const usageItem = (day: string, camera: string, pictures: number) => ({
  day,
  camera,
  pictures,
  reads: pictures - 1,
  noPlates: 1,
  calls: pictures + 1000,
});

test('plateline usage shows the counts of the pipeline', async () => {
  const pipeline = await startPipeline();
  try {
    await pipeline.upload('gate/1.jpg', pictureOf('12가3456'));
    await pipeline.upload('gate/2.jpg', pictureOf());
    await pipeline.queueIsEmpty();
    const { output } = await runPlateline([
      ...['usage', '--since', '1d', '--by', 'camera'],
      ...['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url],
    ]);
    assert.match(output, /^gate +2 +1 +1 +0 +0 +0 +2$/m);
  } finally {
    await pipeline.stop();
  }
});

describe('plateline usage', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    const koreaDayNow = new Date(Date.now() + 9 * 3600 * 1000).toISOString().slice(0, 10);
    await putItems(dynamodb, stack.usageTableName, [
      usageItem('2024-02-01', '/', 10),
      usageItem('2024-02-28', 'gate\u001b[31m', 20),
      usageItem('2024-02-29', '정문', 30),
      usageItem('2024-02-29', '/', 40),
      usageItem('2024-03-01', '/', 5000),
      { ...usageItem('2024-05-01', '정문', 20), keysNotMatched: 3, capturedAtFaults: 2, unavailable: 1 },
      usageItem('2024-05-01', '정문'.normalize('NFD'), 10),
      usageItem(koreaDayNow, 'today', 7),
      { ...usageItem('2023-02-01', 'odd', 7), reads: 'many', calls: null },
    ]);
    dynamodb.destroy();
  });
  afterAll(() => stack.stop());

  const usage = (...args: string[]) =>
    runPlateline(['usage', '--stage', 'local', '--endpoint-url', stack.gateway.url, ...args]);

  test('shows a month by day and camera with its total, and control characters of a camera escaped', async () => {
    const { output, errors, status } = await usage('--month', '2024-02');
    assert.deepEqual([status, errors], [0, '']);
    assert.equal(
      output,
      [
        'day        camera         pictures reads no plate unreadable rejected gone calls',
        '2024-02-01 /                    10     9        1          0        0    0 1,010',
        '2024-02-28 gate\\u{1b}[31m       20    19        1          0        0    0 1,020',
        '2024-02-29 /                    40    39        1          0        0    0 1,040',
        '2024-02-29 정문                 30    29        1          0        0    0 1,030',
        'total                          100    96        4          0        0    0 4,100',
        '',
        'Counted from 2024-02-01 to 2024-02-29.',
        '',
      ].join('\n'),
    );
  });

  test('shows only days', async () => {
    const { output } = await usage('--since', '2024-02-29', '--until', '2024-03-01', '--by', 'day');
    assert.deepEqual(output.split('\n').slice(0, 4), [
      'day        pictures reads no plate unreadable rejected gone calls',
      '2024-02-29       70    68        2          0        0    0 2,070',
      '2024-03-01    5,000 4,999        1          0        0    0 6,000',
      'total         5,070 5,067        3          0        0    0 8,070',
    ]);
  });

  test('shows only cameras', async () => {
    const { output } = await usage('--since', '2024-02-29', '--until', '2024-03-01', '--by', 'camera');
    assert.deepEqual(output.split('\n').slice(0, 4), [
      'camera pictures reads no plate unreadable rejected gone calls',
      '/         5,040 5,038        2          0        0    0 7,040',
      '정문         30    29        1          0        0    0 1,030',
      'total     5,070 5,067        3          0        0    0 8,070',
    ]);
  });

  test('counts a camera once, in whichever Unicode form it was counted, and shows rare counts if there are any', async () => {
    const { output } = await usage('--month', '2024-05');
    assert.deepEqual(output.split('\n').slice(0, 3), [
      'day        camera pictures reads no plate unreadable rejected gone unavailable calls wrong time key not matched',
      '2024-05-01 정문         30    28        2          0        0    0           1 2,030          2               3',
      'total                   30    28        2          0        0    0           1 2,030          2               3',
    ]);
  });

  test('prints the same in JSON', async () => {
    const { output } = await usage('--month', '2024-02', '--by', 'camera', '--json');
    const none = {
      unreadable: 0,
      rejected: 0,
      gone: 0,
      unavailable: 0,
      capturedAtFaults: 0,
      keysNotMatched: 0,
    };
    assert.deepEqual(JSON.parse(output), {
      firstDay: '2024-02-01',
      lastDay: '2024-02-29',
      month: '2024-02',
      rows: [
        { camera: '/', pictures: 50, reads: 48, noPlates: 2, ...none, calls: 2050 },
        { camera: 'gate\u001b[31m', pictures: 20, reads: 19, noPlates: 1, ...none, calls: 1020 },
        { camera: '정문', pictures: 30, reads: 29, noPlates: 1, ...none, calls: 1030 },
      ],
      total: { pictures: 100, reads: 96, noPlates: 4, ...none, calls: 4100 },
    });
  });

  test('shows the current month by default', async () => {
    const answer = z.object({ month: z.string(), total: z.object({ pictures: z.number() }) });
    const { output } = await usage('--json');
    assert.equal(answer.parse(JSON.parse(output)).total.pictures, 7);
  });

  test('says that nothing was counted', async () => {
    const { output, status } = await usage('--month', '2024-01');
    assert.deepEqual([output, status], ['Nothing was counted from 2024-01-01 to 2024-01-31.\n', 0]);
  });

  test('names a missing table', async () => {
    const { errors, status } = await usage('--stage', 'nowhere');
    assert.equal(status, 1);
    assert.match(errors, /^error: There is no table plateline-nowhere-usage in ap-northeast-2/);
  });

  test('explains an item that is not a counter in a sentence', async () => {
    const { errors, status } = await usage('--month', '2023-02');
    assert.equal(status, 1);
    assert.equal(
      errors,
      'error: The table plateline-local-usage has an item that is not a usage counter of Plateline (wrong or missing: reads, calls).\n',
    );
  });

  for (const [args, sentence] of [
    [['--month', '2026-13'], /--month is not a month: 2026-13/],
    [['--month', '2024-02', '--since', '2024-02-03'], /--month cannot be combined with --since or --until/],
    [['--since', '2024-02-30'], /2024-02-30/],
    [['--by', 'hour'], /day, camera/],
    [['--table', 'elsewhere'], /--table names a table of readings/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, async () => {
      const { output, errors, status } = await usage(...args);
      assert.deepEqual([output, status], ['', 2]);
      assert.match(errors, sentence);
    });
  }
});
