import assert from 'node:assert/strict';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createSecretStore } from '../../../../functions/adapters/secret-store.ts';
import { jsonError } from '../../../../infra/local/aws/fault-proxy.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { environment, runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

describe('plateline secrets set', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
  });
  afterAll(() => stack.stop());

  const region = 'ap-northeast-2';
  const location = () => `${region} at ${stack.gateway.url}`;

  const argumentsFor = (stage: string) => [
    'secrets',
    'set',
    '--stage',
    stage,
    '--endpoint-url',
    stack.gateway.url,
  ];
  const setFrom = (stdin: string, stage: string, ...more: string[]) =>
    runPlateline([...argumentsFor(stage), ...more], { stdin });

  /** The secrets that the function of a stage reads. */
  const secretsOf = async (stage: string) =>
    await createSecretStore(
      {
        appKeyParameter: `/plateline/${stage}/app-key`,
        secretKeyParameter: `/plateline/${stage}/secret-key`,
        secretTtlMs: 0,
      },
      Date.now,
      stack.ssm.clientConfiguration,
    ).current();

  test('stores the two lines of standard input for the function, and prints only their names and location', async () => {
    const { output, errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'piped');
    assert.deepEqual(await secretsOf('piped'), {
      kind: 'credentials',
      credentials: { appKey: 'the-app-key', secretKey: 'the-secret-key' },
    });
    assert.equal(
      output,
      `/plateline/piped/app-key created in ${location()}\n/plateline/piped/secret-key created in ${location()}\n`,
    );
    assert.equal(errors, '');
    assert.equal(status, 0);
  });

  test('stores both keys encrypted', async (context) => {
    await setFrom('the-app-key\nthe-secret-key\n', 'encrypted');
    const ssm = new SSMClient(stack.ssm.clientConfiguration);
    context.onTestFinished(() => {
      ssm.destroy();
    });
    const Names = ['/plateline/encrypted/app-key', '/plateline/encrypted/secret-key'];
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names }));
    assert.deepEqual(
      Parameters.map(({ Type }) => Type),
      ['SecureString', 'SecureString'],
    );
  });

  test('replaces earlier keys, and says so', async () => {
    await setFrom('old\nold', 'replaced');
    const { output, status } = await setFrom('new-app-key\r\nnew-secret-key\r\n', 'replaced', '--json');
    assert.deepEqual(JSON.parse(output), [
      { name: '/plateline/replaced/app-key', change: 'replaced', region, endpointUrl: stack.gateway.url },
      { name: '/plateline/replaced/secret-key', change: 'replaced', region, endpointUrl: stack.gateway.url },
    ]);
    assert.equal(status, 0);
    assert.deepEqual(await secretsOf('replaced'), {
      kind: 'credentials',
      credentials: { appKey: 'new-app-key', secretKey: 'new-secret-key' },
    });
  });

  test('prints the address from the environment', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: stack.gateway.url };
    const { output } = await runPlateline(['secrets', 'set', '--stage', 'named'], { env, stdin: 'a\nb\n' });
    assert.ok(output.startsWith(`/plateline/named/app-key created in ${location()}\n`));
  });

  test('prints an error of AWS in a sentence, with status 1', async () => {
    stack.ssm.fail({ fault: jsonError('HierarchyTypeMismatchException') });
    const { errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'mismatched');
    assert.match(errors, /^error: AWS answered HierarchyTypeMismatchException: .*\n$/);
    assert.equal(status, 1);
  });

  test('prints that the app key was stored, even if the secret key then fails', async () => {
    stack.ssm.fail({
      when: ({ body }) => body?.includes('/plateline/half/secret-key') === true,
      fault: jsonError('TooManyUpdates'),
    });
    const { output, errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'half');
    assert.equal(output, `/plateline/half/app-key created in ${location()}\n`);
    assert.match(errors, /^error: AWS answered TooManyUpdates/);
    assert.equal(status, 1);
  });

  const unusable = {
    'a single line': ['the-app-key\n', /must have two lines/],
    'three lines': ['a\nb\nc\n', /must have two lines/],
    'an empty input': ['', /must have two lines/],
    'an empty app key': ['\nthe-secret-key\n', /app key is empty/],
    'a secret key with a space': ['the-app-key\nthe secret\n', /visible ASCII/],
    'a secret key outside of ASCII': ['the-app-key\n비밀\n', /visible ASCII/],
  } as const;
  for (const [what, [stdin, sentence]] of Object.entries(unusable)) {
    test(`refuses ${what} with a sentence and status 1, and stores nothing`, async () => {
      const { output, errors, status } = await setFrom(stdin, 'refused');
      assert.match(errors, sentence);
      assert.doesNotMatch(errors, /\n./);
      assert.equal(output, '');
      assert.equal(status, 1);
      assert.equal((await secretsOf('refused')).kind, 'misconfigured');
    });
  }

  for (const given of [
    ['canary-secret'],
    ['--secret-key', 'canary-secret'],
    ['--secret-key=canary-secret'],
  ]) {
    test(`refuses ${given.join(' ')} without repeating the secret, with status 2`, async () => {
      const { output, errors, status } = await setFrom('a\nb\n', 'refused', ...given);
      assert.match(errors, /accepts no key as an argument/);
      assert.doesNotMatch(output + errors, /canary-secret/);
      assert.equal(status, 2);
      assert.equal((await secretsOf('refused')).kind, 'misconfigured');
    });

    test(`refuses ${given.join(' ')} without the word set`, async () => {
      const { output, errors, status } = await runPlateline(['secrets', ...given]);
      assert.match(errors, /accepts no key as an argument/);
      assert.doesNotMatch(output + errors, /canary-secret/);
      assert.equal(status, 2);
    });
  }

  test('is listed by plateline secrets, with status 2', async () => {
    const { errors, status } = await runPlateline(['secrets']);
    assert.match(errors, /^Usage: plateline secrets [^]*^ {2}set /m);
    assert.equal(status, 2);
  });

  describe('in a terminal', () => {
    test('asks for both keys, names their destination and shows neither', async () => {
      const terminal = runInTerminal(argumentsFor('typed'));
      await terminal.shows(/App key of typed in ap-northeast-2 at http:\S+:/);
      terminal.type('canary-app-key\r');
      await terminal.shows(/Secret key of .*:/);
      terminal.type('canary-secret-key\r');
      await terminal.shows(/\/plateline\/typed\/secret-key created/);
      assert.equal(await terminal.ended, 0);
      assert.doesNotMatch(terminal.shown(), /canary/);
      assert.deepEqual(await secretsOf('typed'), {
        kind: 'credentials',
        credentials: { appKey: 'canary-app-key', secretKey: 'canary-secret-key' },
      });
    });

    test('shows no key after Ctrl-T, which unmasks many such prompts', async () => {
      const terminal = runInTerminal(argumentsFor('unmasked'));
      await terminal.shows(/App key of .*:/);
      terminal.type('canary\x14\r');
      await terminal.shows(/Secret key of .*:/);
      terminal.type('\x03');
      await terminal.ended;
      assert.doesNotMatch(terminal.shown(), /canary/);
    });

    test('explains what is wrong with a key and asks again', async () => {
      const terminal = runInTerminal(argumentsFor('typed-again'));
      await terminal.shows(/App key of .*:/);
      terminal.type('\r');
      await terminal.shows(/The app key is empty/);
      terminal.type('an-app-key\r');
      await terminal.shows(/Secret key of .*:/);
      terminal.type('a-secret-key\r');
      assert.equal(await terminal.ended, 0);
      assert.equal((await secretsOf('typed-again')).kind, 'credentials');
    });

    for (const [keys, typed] of [
      ['Ctrl-C', '\x03'],
      ['Ctrl-D', '\x04'],
    ] as const) {
      test(`stores nothing after ${keys}, and exits silently with status 130`, async () => {
        const terminal = runInTerminal(argumentsFor('interrupted'));
        await terminal.shows(/App key of .*:/);
        terminal.type('an-app-key\r');
        await terminal.shows(/Secret key of .*:/);
        terminal.type(typed);
        assert.equal(await terminal.ended, 130);
        assert.doesNotMatch(terminal.shown(), /error|warning/i);
        assert.equal((await secretsOf('interrupted')).kind, 'misconfigured');
      });
    }
  });
});
