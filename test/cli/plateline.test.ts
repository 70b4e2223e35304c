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

/** Each folder has the name of its command; `secrets` has the subcommand `set`. */
const commands = readdirSync('cli/commands').map((folder) =>
  folder === 'secrets' ? ['secrets', 'set'] : [folder],
);

describe('plateline', () => {
  test('lists every command in its help', async () => {
    const { output, status } = await spawnPlateline(['--help']);
    for (const [command = ''] of commands) assert.match(output, new RegExp(`^  ${command} `, 'm'));
    assert.equal(status, 0);
  });

  test('keeps the compile cache in the checkout, not in a directory that every user can write', async () => {
    const env = { ...environment, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const { errors } = await spawnPlateline(['--help'], { env });
    const directory = path.resolve('.build/compile-cache');
    assert.match(errors, new RegExp(`creating cache directory ${RegExp.escape(directory)}/\\S+success`));
  });

  for (const command of commands) {
    const words = command.join(' ');
    test(`explains ${words} with --help, with examples`, async () => {
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
    'an invalid stage': [['secrets', 'set', '--stage', 'Prod_1'], /A stage has only a-z/],
    'an invalid address': [['secrets', 'set', '--endpoint-url', 'localhost:9105'], /It must be a URL/],
  } as const;
  for (const [what, [args, sentence]] of Object.entries(misused)) {
    test(`refuses ${what} in a sentence, with status 2`, async () => {
      const { output, errors, status } = await spawnPlateline(args);
      assert.match(errors, sentence);
      assert.equal(output, '');
      assert.equal(status, 2);
    });
  }

  test('explains a command of two words with help', async () => {
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

  test('explains what to do without credentials, with status 1', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = environment;
    assert.ok(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY);
    const { errors, status } = await spawnPlateline(['secrets', 'set'], { env, stdin: 'a\nb\n' });
    assert.match(errors, /^error: There are no AWS credentials.*--profile.*\n$/);
    assert.equal(status, 1);
  });

  test('names the address at which nothing answers, with status 1', async () => {
    // No machine of today has a server on this port, that of the discard protocol.
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

  test('refuses an invalid AWS_ENDPOINT_URL in a sentence, with status 2', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: 'localhost' };
    const { errors, status } = await spawnPlateline(['find', '12가3456'], { env });
    assert.match(errors, /^error: AWS_ENDPOINT_URL or .* is localhost\. It must be a URL.*\n$/);
    assert.equal(status, 2);
  });

  test('ignores an empty AWS_ENDPOINT_URL', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: '' };
    assert.equal((await spawnPlateline(['find', '--help'], { env })).status, 0);
  });

  test('prefers the address of one service to that of all, and names it', async () => {
    const env = {
      ...environment,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:7',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
    };
    const { errors, status } = await spawnPlateline(['find', '12가3456'], { env });
    assert.equal(errors, `error: Nothing answers at ${env.AWS_ENDPOINT_URL_DYNAMODB} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('prefers --endpoint-url to every address in the environment', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:7' };
    const url = 'http://127.0.0.1:9';
    const { errors, status } = await spawnPlateline(['find', '12가3456', '--endpoint-url', url], { env });
    assert.equal(errors, `error: Nothing answers at ${url} (ECONNREFUSED).\n`);
    assert.equal(status, 1);
  });

  test('exits silently with the status of SIGPIPE when its output is closed', async () => {
    const child = spawn(process.execPath, [commandPath, '--help'], { env: environment });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.destroy();
    await once(child, 'close');
    assert.equal(errors, '');
    assert.equal(child.exitCode, 141);
  });

  test('explains a full output device in a sentence, with status 1', async (context) => {
    // A device of Linux that is always full.
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
    test(`refuses an invalid ${what}, with status 2`, async () => {
      const { errors, status } = await spawnPlateline(['find', '12가3456', ...options]);
      assert.match(
        errors,
        new RegExp(`^error: option '${options[0]} .* argument '${options[1]}' is invalid\\..*\\n$`),
      );
      assert.equal(status, 2);
    });
  }

  test('names a profile without credentials, with status 1', async () => {
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

  describe('against a stack without the named resource', () => {
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
      ['of AWS_REGION', { AWS_REGION, AWS_DEFAULT_REGION }, AWS_REGION],
      ['of AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION }, AWS_DEFAULT_REGION],
      ['of Seoul by default', {}, 'ap-northeast-2'],
    ] as const) {
      test(`uses the region ${what}`, async () => {
        const env = { ...environment, AWS_REGION: '', ...regions };
        const args = ['find', '12가3456', '--table', 'elsewhere', '--endpoint-url', stack.gateway.url];
        const { errors } = await spawnPlateline(args, { env });
        assert.match(errors, new RegExp(`no table elsewhere in ${region} at`));
      });
    }

    for (const [what, [args, sentence]] of Object.entries(absent)) {
      test(`names ${what} that is missing, with status 1`, async () => {
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
