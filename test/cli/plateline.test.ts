import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { commandPath, environment, spawnPlateline } from './command.ts';
import { putItems } from './put-items.ts';

/** The folder of a command is named like it; `secrets` has the command `set`. */
const commands = readdirSync('cli/commands').map((folder) =>
  folder === 'secrets' ? ['secrets', 'set'] : [folder],
);

describe('plateline', () => {
  test('lists every command in its help', async () => {
    const { output, status } = await spawnPlateline(['--help']);
    for (const [command = ''] of commands) assert.match(output, new RegExp(`^  ${command} `, 'm'));
    assert.equal(status, 0);
  });

  test('keeps what Node has compiled where only whoever can write the command itself can write', async () => {
    const env = { ...environment, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const { errors } = await spawnPlateline(['--help'], { env });
    const directory = path.resolve('.build/compile-cache');
    assert.match(errors, new RegExp(`creating cache directory ${RegExp.escape(directory)}/\\S+success`));
  });

  for (const command of commands) {
    const words = command.join(' ');
    test(`tells with --help what ${words} does, with examples`, async () => {
      const { output, errors, status } = await spawnPlateline([...command, '--help']);
      assert.match(output, new RegExp(`^Usage: plateline ${words} `));
      assert.match(output, new RegExp(`\\nExamples:\\n(  plateline ${words}.*\\n)+`));
      assert.match(output, /--endpoint-url <url>/);
      assert.equal(errors, '');
      assert.equal(status, 0);
    });
  }

  const misused = {
    'a command that does not exist': [['fnid', '12가3456'], /unknown command 'fnid'/],
    'help for a command that does not exist': [['help', 'nope'], /^error: There is no such command;.*\n$/],
    'a command that does not exist, with --help': [
      ['--stage', 'prod', 'nope', '--help'],
      /^error: There is no such command;.*\n$/,
    ],
    'an option that does not exist': [['--jsno', 'secrets', 'set'], /unknown option '--jsno'/],
    'an option without its value': [['secrets', 'set', '--stage'], /argument missing/],
    'a stage that cannot be': [['secrets', 'set', '--stage', 'Prod_1'], /A stage is of a-z/],
    'an address that is none': [['secrets', 'set', '--endpoint-url', 'localhost:9105'], /It must be a URL/],
  } as const;
  for (const [what, [args, sentence]] of Object.entries(misused)) {
    test(`refuses ${what} in a sentence, with status 2`, async () => {
      const { output, errors, status } = await spawnPlateline(args);
      assert.match(errors, sentence);
      assert.equal(output, '');
      assert.equal(status, 2);
    });
  }

  test('explains with help a command of two words too', async () => {
    const { output, status } = await spawnPlateline(['help', 'secrets', 'set']);
    assert.match(output, /^Usage: plateline secrets set /);
    assert.equal(status, 0);
  });

  test('shows its help on standard error, with status 2, when called without a command', async () => {
    const { output, errors, status } = await spawnPlateline([]);
    assert.match(errors, /^Usage: plateline /);
    assert.equal(output, '');
    assert.equal(status, 2);
  });

  test('says what to do where there are no credentials, with status 1', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = environment;
    assert.ok(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY);
    const { errors, status } = await spawnPlateline(['secrets', 'set'], { env, stdin: 'a\nb\n' });
    assert.match(errors, /^error: There are no AWS credentials.*--profile.*\n$/);
    assert.equal(status, 1);
  });

  test('names the address at which nothing answers, with status 1', async () => {
    // Nobody listens on the port of "discard" on a machine of today.
    const url = 'http://127.0.0.1:9';
    const { errors, status } = await spawnPlateline(['secrets', 'set', '--endpoint-url', url], {
      stdin: 'a\nb\n',
    });
    assert.equal(errors, `error: Nothing answers at ${url} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('names the address of AWS_ENDPOINT_URL at which nothing answers, with status 1', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const { errors, status } = await spawnPlateline(['find', '12가3456'], { env });
    assert.equal(errors, `error: Nothing answers at ${env.AWS_ENDPOINT_URL} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('refuses an AWS_ENDPOINT_URL that is no address in a sentence, with status 2', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: 'localhost' };
    const { errors, status } = await spawnPlateline(['find', '12가3456'], { env });
    assert.match(errors, /^error: AWS_ENDPOINT_URL or .* names localhost\. It must be a URL.*\n$/);
    assert.equal(status, 2);
  });

  test('takes an empty AWS_ENDPOINT_URL for none', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: '' };
    assert.equal((await spawnPlateline(['find', '--help'], { env })).status, 0);
  });

  test('takes the address of one service before that of all, and names it', async () => {
    const env = {
      ...environment,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:7',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
    };
    const { errors, status } = await spawnPlateline(['find', '12가3456'], { env });
    assert.equal(errors, `error: Nothing answers at ${env.AWS_ENDPOINT_URL_DYNAMODB} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('takes --endpoint-url before every address that the environment names', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:7' };
    const url = 'http://127.0.0.1:9';
    const { errors, status } = await spawnPlateline(['find', '12가3456', '--endpoint-url', url], { env });
    assert.equal(errors, `error: Nothing answers at ${url} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('ends quietly, with the status of SIGPIPE, when its reader has enough', async () => {
    const child = spawn(process.execPath, [commandPath, '--help'], { env: environment });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.destroy();
    await once(child, 'close');
    assert.equal(errors, '');
    assert.equal(child.exitCode, 141);
  });

  test('says in a sentence that its output has no room, with status 1', async (context) => {
    // Of Linux: a device that takes nothing.
    const full = await open('/dev/full', 'w');
    context.onTestFinished(() => full.close());
    const child = spawn(process.execPath, [commandPath, '--help'], {
      env: environment,
      stdio: ['ignore', full.fd, 'pipe'],
    });
    assert.ok(child.stderr);
    const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
    assert.match(errors, /^error: Standard output cannot be written: ENOSPC.*\n$/);
    assert.equal(child.exitCode, 1);
  });

  const impossible = {
    region: ['--region', 'bad region'],
    table: ['--table', 'bad table'],
    stage: ['--stage', 'UP per'],
    address: ['--endpoint-url', 'nowhere'],
  } as const;
  for (const [what, options] of Object.entries(impossible)) {
    test(`says that no ${what} has such a name, with status 2`, async () => {
      const { errors, status } = await spawnPlateline(['find', '12가3456', ...options]);
      assert.match(
        errors,
        new RegExp(`^error: option '${options[0]} .* argument '${options[1]}' is invalid\\..*\\n$`),
      );
      assert.equal(status, 2);
    });
  }

  test('names the profile that gives no credentials, with status 1', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = environment;
    assert.ok(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY);
    const { errors, status } = await spawnPlateline(['find', '12가3456', '--profile', 'nobody'], { env });
    assert.match(errors, /^error: The profile nobody gives no AWS credentials .*\n$/);
    assert.equal(status, 1);
  });

  test('is the bin of the package, which npx finds in a checkout', async (context) => {
    const cache = await mkdtemp(path.join(tmpdir(), 'plateline-npx-'));
    context.onTestFinished(() => rm(cache, { recursive: true }));
    const shown = Promise.withResolvers<string>();
    const args = ['--offline', '--cache', cache, 'plateline', 'secrets', 'set', '--help'];
    execFile('npx', args, (_error, output, errors) => {
      shown.resolve(output + errors);
    });
    assert.match(await shown.promise, /^Usage: plateline secrets set/);
  });

  describe('against a stack that has not what is asked for', () => {
    let stack: LocalStack;
    beforeAll(async () => {
      stack = await startLocalStack({ polling: false });
      const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
      await putItems(dynamodb, 'plateline-local-usage', [{ day: '2026-11-22', camera: 'gate', pictures: 1 }]);
      dynamodb.destroy();
    });
    afterAll(() => stack.stop());

    const absent = {
      'a table': [['find', '12가3456', '--table', 'elsewhere'], /^error: There is no table elsewhere in /],
      'the table of a stage': [['find', '12가3456', '--stage', 'nowhere'], /plateline-nowhere-readings/],
      'the queue of a stage': [['redrive', '--stage', 'nowhere'], /plateline-nowhere-pictures/],
      'an index of a table': [
        ['find', '--last', '3456', '--table', 'plateline-local-usage'],
        /index byLastFour of the table plateline-local-usage.*deploy the stack again/,
      ],
      "a record of Plateline's": [
        ['find', '*', '--scan', '--table', 'plateline-local-usage'],
        /an item that is no record of Plateline's \(wrong or missing: imageId,/,
      ],
    } as const;
    const AWS_REGION = 'us-east-1';
    const AWS_DEFAULT_REGION = 'us-west-2';
    for (const [what, regions, region] of [
      ['that AWS_REGION names', { AWS_REGION, AWS_DEFAULT_REGION }, AWS_REGION],
      ['that AWS_DEFAULT_REGION names', { AWS_DEFAULT_REGION }, AWS_DEFAULT_REGION],
      ['of Seoul, where nothing names one', {}, 'ap-northeast-2'],
    ] as const) {
      test(`looks in the region ${what}`, async () => {
        const env = { ...environment, AWS_REGION: '', ...regions };
        const args = ['find', '12가3456', '--table', 'elsewhere', '--endpoint-url', stack.gateway.url];
        const { errors } = await spawnPlateline(args, { env });
        assert.match(errors, new RegExp(`no table elsewhere in ${region} at`));
      });
    }

    for (const [what, [args, sentence]] of Object.entries(absent)) {
      test(`names ${what} that is not there, with status 1`, async () => {
        const { output, errors, status } = await spawnPlateline([
          ...args,
          '--endpoint-url',
          stack.gateway.url,
        ]);
        assert.match(errors, sentence);
        assert.match(errors, /^.*\n$/);
        assert.equal(output, '');
        assert.equal(status, 1);
      });
    }
  });
});
