import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { startPipeline, type Pipeline } from '../../../promises/pipeline.ts';
import { runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';
import { putRecords } from '../../put-records.ts';

let pipeline: Pipeline;
let common: string[];

beforeAll(async () => {
  pipeline = await startPipeline({ polling: false });
  common = ['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url];
  await putRecords(
    pipeline.stack,
    { plate: '123가4567', key: 'gate-north/old.jpg', capturedAt: '2026-11-20T23:30:00.000Z' },
    {
      plate: '123 가 4567',
      key: 'gate-north/new.jpg',
      capturedAt: '2026-11-22T08:15:00.000Z',
      confidence: 0.98,
    },
    {
      plate: '123가4567',
      key: 'gate-south/south.jpg',
      camera: 'gate-south',
      capturedAt: '2026-11-21T08:00:00.000Z',
    },
    { plate: '12하3456', key: 'gate-north/rental.jpg', capturedAt: '2026-11-22T01:00:00.000Z' },
    { plate: '12허3456', key: 'gate-north/vowel.jpg', capturedAt: '2026-11-22T02:00:00.000Z' },
    { plate: '12허3457', key: 'gate-north/vowel-and-digit.jpg', capturedAt: '2026-11-22T03:00:00.000Z' },
    { plate: '12하3956', key: 'gate-north/digit.jpg', capturedAt: '2026-11-22T04:00:00.000Z' },
    { plate: '12하9956', key: 'gate-north/two-digits.jpg', capturedAt: '2026-11-22T05:00:00.000Z' },
    { plate: '서울12바5215', key: 'taxi/whole.jpg', camera: 'taxi', capturedAt: '2026-11-22T01:00:00.000Z' },
    { plate: '바5215', key: 'taxi/lower-line.jpg', camera: 'taxi', capturedAt: '2026-11-22T02:00:00.000Z' },
    { plate: '77누8888', key: 'evil/\u001b[2J.jpg', camera: 'evil' },
    ...['2026-11-22T01:00:00.000Z', '2026-11-22T02:00:00.000Z', '2026-11-22T03:00:00.000Z'].map(
      (capturedAt, index) => ({
        plate: '88도1000',
        key: `back/${index}.jpg`,
        // An earlier version stored the name of a camera as its uploader wrote it.
        camera: '후문'.normalize(index === 1 ? 'NFD' : 'NFC'),
        capturedAt,
      }),
    ),
  );
});
afterAll(() => pipeline.stop());

const answer = z.object({
  readings: z.array(z.looseObject({ key: z.string(), distance: z.number() })),
  nextToken: z.string().optional(),
});

async function find(...args: string[]): Promise<z.infer<typeof answer>> {
  const { output, errors, status } = await runPlateline(['find', ...args, '--json', ...common]);
  assert.equal(errors, '');
  assert.equal(status, 0);
  return answer.parse(JSON.parse(output));
}

async function keysFound(...args: string[]): Promise<string[]> {
  return (await find(...args)).readings.map(({ key }) => key);
}

async function refusal(...args: string[]): Promise<string> {
  const { output, errors, status } = await runPlateline(['find', ...args, ...common]);
  assert.equal(output, '');
  assert.equal(status, 2);
  return errors;
}

test('a plate is found in any way of writing, the newest picture first', async () => {
  assert.deepEqual(await keysFound('123 가-4567'), [
    'gate-north/new.jpg',
    'gate-south/south.jpg',
    'gate-north/old.jpg',
  ]);
});

test('a plate is found by its last four digits', async () => {
  assert.deepEqual(await keysFound('--last', '5215'), ['taxi/lower-line.jpg', 'taxi/whole.jpg']);
});

test('only pictures of the camera are shown', async () => {
  assert.deepEqual(await keysFound('123가4567', '--camera', 'gate-south'), ['gate-south/south.jpg']);
});

test('pictures of all named cameras are shown, whatever the index', async () => {
  const cameras = ['--camera', 'gate-north', '--camera', 'gate-south', '--camera', 'gate-south'];
  const keys = ['gate-north/new.jpg', 'gate-south/south.jpg', 'gate-north/old.jpg'];
  assert.deepEqual(await keysFound('123가4567', ...cameras), keys);
  assert.deepEqual(await keysFound('123*', ...cameras), keys);
});

describe('a span of time includes both ends', () => {
  const cases = [
    [
      ['--since', '2026-11-21'],
      ['gate-north/new.jpg', 'gate-south/south.jpg', 'gate-north/old.jpg'],
    ],
    [
      ['--since', '2026-11-21T17:00:00'],
      ['gate-north/new.jpg', 'gate-south/south.jpg'],
    ],
    [
      ['--until', '2026-11-21T17:00:00'],
      ['gate-south/south.jpg', 'gate-north/old.jpg'],
    ],
    [['--since', '2026-11-21T00:00Z', '--until', '2026-11-21T23:59Z'], ['gate-south/south.jpg']],
  ] as const;
  for (const [options, keys] of cases) {
    test(options.join(' '), async () => {
      assert.deepEqual(await keysFound('123가4567', ...options), keys);
    });
  }
});

describe('a part of a plate is found', () => {
  test('by its last four digits, in any camera', async () => {
    assert.deepEqual(await keysFound('*3456'), ['gate-north/vowel.jpg', 'gate-north/rental.jpg']);
  });

  test('with one unknown character', async () => {
    assert.deepEqual(await keysFound('12?3456'), ['gate-north/vowel.jpg', 'gate-north/rental.jpg']);
    assert.deepEqual(await keysFound('1?3456'), []);
  });

  test('by its beginning, in one camera', async () => {
    assert.deepEqual(await keysFound('서울*', '--camera', 'taxi'), ['taxi/whole.jpg']);
  });

  test('by its beginning, in the whole table with --scan', async () => {
    assert.deepEqual(await keysFound('123*', '--scan'), [
      'gate-north/new.jpg',
      'gate-south/south.jpg',
      'gate-north/old.jpg',
    ]);
  });
});

describe('similar plates are found, the nearest first and then the newest', () => {
  test('with another vowel or another digit, and with their distance', async () => {
    const { readings } = await find('12하3456', '--fuzzy');
    assert.deepEqual(
      readings.map(({ key, distance }) => [key, distance]),
      [
        ['gate-north/rental.jpg', 0],
        ['gate-north/vowel.jpg', 0.5],
        ['gate-north/digit.jpg', 1],
      ],
    );
  });

  test('up to --distance', async () => {
    assert.deepEqual(await keysFound('12하3456', '--distance', '0.5'), [
      'gate-north/rental.jpg',
      'gate-north/vowel.jpg',
    ]);
    assert.deepEqual(await keysFound('12하3456', '--distance', '1.5'), [
      'gate-north/rental.jpg',
      'gate-north/vowel.jpg',
      'gate-north/digit.jpg',
      'gate-north/vowel-and-digit.jpg',
    ]);
  });

  test('if the upper line was lost', async () => {
    assert.deepEqual(await keysFound('서울12바5215', '--fuzzy'), ['taxi/whole.jpg', 'taxi/lower-line.jpg']);
  });

  test('with two wrong digits among the last four, in one camera', async () => {
    const keys = await keysFound('12하3456', '--distance', '2', '--camera', 'gate-north');
    assert.ok(keys.includes('gate-north/two-digits.jpg'));
  });
});

describe('no search scans the table without need', () => {
  test('a search with an index never scans, even with --scan', async () => {
    const { requests } = pipeline.stack.dynamodb;
    const before = requests.length;
    await find('123가4567');
    await find('--last', '3456');
    await find('12가*', '--camera', 'gate-north');
    await find('*3456', '--scan');
    await find('12하3456', '--fuzzy');
    const operations = new Set(requests.slice(before).map(({ headers }) => headers['x-amz-target']));
    assert.deepEqual([...operations], ['DynamoDB_20120810.Query']);
  });

  test('without an index, a sentence explains what to add', async () => {
    assert.match(await refusal('12가*'), /Name a camera with --camera, or add --scan/);
    assert.match(await refusal('12가', '--fuzzy'), /Name a camera with --camera, or add --scan/);
  });
});

describe('many pictures are shown in pages', () => {
  for (const [what, search] of [
    ['of one plate', ['123가4567']],
    ['of look-alikes', ['12하3456', '--fuzzy']],
    ['of a scan', ['123*', '--scan']],
  ] as const) {
    test(what, async () => {
      const all = await keysFound(...search);
      const paged: string[] = [];
      for (let token: string[] = []; ;) {
        const { readings, nextToken } = await find(...search, '--limit', '1', ...token);
        paged.push(...readings.map(({ key }) => key));
        if (nextToken === undefined) break;
        token = ['--starting-token', nextToken];
      }
      assert.deepEqual(paged, all);
      assert.ok(all.length > 2);
    });
  }

  test('even if the span has moved past the shown page', async () => {
    const { nextToken = '' } = await find('123가4567', '--limit', '1');
    const rest = ['--starting-token', nextToken];
    assert.deepEqual(await keysFound('123가4567', '--since', '2026-11-23', ...rest), []);
    assert.deepEqual(await keysFound('123가4567', '--until', '2026-11-21', ...rest), [
      'gate-south/south.jpg',
      'gate-north/old.jpg',
    ]);
  });
});

test('a terminal shows time, plate, confidence, verdict, box and picture, and how to see more', async () => {
  const terminal = runInTerminal(['find', '123가4567', '--limit', '2', ...common]);
  assert.equal(await terminal.ended, 0);
  const shown = terminal.shown();
  assert.match(shown, /captured \(KST\) +plate +confidence +verdict +box +picture\r\n/);
  assert.match(
    shown,
    /2026-11-22 17:15:00 +123 가 4567 +0\.98 +valid +560,500 720,500 720,540 560,540 +gate-north\/new\.jpg\r\n/,
  );
  assert.match(shown, /There are more: --starting-token \S+\r\n$/);
});

test('similar plates are shown with their distance', async () => {
  const { output } = await runPlateline(['find', '12하3456', '--fuzzy', ...common]);
  assert.match(output, /^distance captured/);
  assert.match(output, /^ +0\.5 2026-11-22 11:00:00 +12허3456/m);
});

test('a key cannot control the terminal', async () => {
  const { output } = await runPlateline(['find', '77누8888', ...common]);
  assert.match(output, /evil\/\\u\{1b\}\[2J\.jpg/);
  assert.ok(!output.includes('\u001b'));
});

test('a search without a result is reported on standard error, with status 0', async () => {
  const { output, errors, status } = await runPlateline(['find', '99호9999', ...common]);
  assert.deepEqual([output, errors, status], ['', 'No picture of such a plate was found.\n', 0]);
});

test('four digits without a result get a hint', async () => {
  const { errors, status } = await runPlateline(['find', '3456', ...common]);
  assert.equal(errors, 'No picture of such a plate was found. For the last four digits: --last 3456\n');
  assert.equal(status, 0);
});

describe('an invalid token is refused in a sentence, with status 2', () => {
  const moment = '2026-11-22T08:15:00.000Z';
  const imageId = 's3://bucket/1.jpg?etag=1';
  for (const position of [
    [0, '', imageId],
    [0, 'yesterday', imageId],
    [0, moment, ''],
    [0, moment, '1.jpg'],
    [-1, moment, imageId],
  ]) {
    const json = JSON.stringify(position);
    test(json, async () => {
      const token = Buffer.from(json).toString('base64url');
      assert.match(await refusal('123가4567', '--starting-token', token), /not a token of an earlier page/);
    });
  }
});

describe('bad input is refused in a sentence, with status 2', () => {
  const cases = [
    [['123가4567', '--since', '2026-02-30'], /--since is a time that does not exist: 2026-02-30\./],
    [['123가4567', '--until', 'soon'], /--until is not a time: soon\./],
    [[], /Give a plate/],
    [['123가4567', '--camera', ''], /The name of a camera must not be empty/],
    [['123가4567', '--limit', '0'], /whole number from 1 to 1000/],
    [['123가4567', '--distance', '0.7'], /must be 0\.5, 1, 1\.5/],
    [['123가4567', '--starting-token', 'abc'], /not a token of an earlier page/],
  ] as const;
  for (const [args, sentence] of cases) {
    test(args.join(' ') || 'no argument', async () => {
      assert.match(await refusal(...args), sentence);
    });
  }
});

describe('a camera is one, in whichever Unicode form its name is stored or typed:', () => {
  for (const form of ['NFC', 'NFD'] as const) {
    test(`typed in ${form}`, async () => {
      const { readings } = await find('88*', '--camera', '후문'.normalize(form));
      assert.deepEqual(
        readings.map(({ key, camera }) => [key, camera]),
        [
          ['back/2.jpg', '후문'],
          ['back/1.jpg', '후문'],
          ['back/0.jpg', '후문'],
        ],
      );
    });
  }

  test('also from page to page', async () => {
    const keys: string[] = [];
    let token: string[] = [];
    do {
      const page = await find('88*', '--camera', '후문', '--limit', '1', ...token);
      keys.push(...page.readings.map(({ key }) => key));
      token = page.nextToken === undefined ? [] : ['--starting-token', page.nextToken];
    } while (token.length > 0);
    assert.deepEqual(keys, ['back/2.jpg', 'back/1.jpg', 'back/0.jpg']);
  });

  test('also if the plate is looked up', async () => {
    assert.equal((await keysFound('88도1000', '--camera', '후문')).length, 3);
  });
});

describe('a plate is found however people write it:', () => {
  for (const words of [
    ['123', '가', '4567'],
    ['123가,4567'],
    ['123가_4567'],
    ['123ㄱㅏ4567'],
    ['[123가 : 4567]'],
  ]) {
    test(words.join(' '), async () => {
      assert.deepEqual(await keysFound(...words), [
        'gate-north/new.jpg',
        'gate-south/south.jpg',
        'gate-north/old.jpg',
      ]);
    });
  }
});

test('a search that finds nothing says why its plate has not the form of one', async () => {
  const { output, errors } = await runPlateline(['find', '34X5678', ...common]);
  assert.equal(output, '');
  assert.match(
    errors,
    /^No picture of such a plate was found\. 34X5678 has not the form of a whole plate: .+\.\n$/,
  );
});
