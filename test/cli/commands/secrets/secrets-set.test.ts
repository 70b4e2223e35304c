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
  const place = () => `${region} at ${stack.gateway.url}`;

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

  /** What the function of a stage would find. */
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

  test('puts the two lines of standard input where the function reads them, and shows no more than the names and the place', async () => {
    const { output, errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'piped');
    assert.deepEqual(await secretsOf('piped'), {
      kind: 'credentials',
      credentials: { appKey: 'the-app-key', secretKey: 'the-secret-key' },
    });
    assert.equal(
      output,
      `/plateline/piped/app-key created in ${place()}\n/plateline/piped/secret-key created in ${place()}\n`,
    );
    assert.equal(errors, '');
    assert.equal(status, 0);
  });

  test('stores them encrypted', async (context) => {
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

  test('replaces what was there, and says so', async () => {
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

  test('names an address that the environment names', async () => {
    const env = { ...environment, AWS_ENDPOINT_URL: stack.gateway.url };
    const { output } = await runPlateline(['secrets', 'set', '--stage', 'named'], { env, stdin: 'a\nb\n' });
    assert.ok(output.startsWith(`/plateline/named/app-key created in ${place()}\n`));
  });

  test('passes on in a sentence what AWS has against it, with status 1', async () => {
    stack.ssm.fail({ fault: jsonError('HierarchyTypeMismatchException') });
    const { errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'mismatched');
    assert.match(errors, /^error: AWS answered HierarchyTypeMismatchException: .*\n$/);
    assert.equal(status, 1);
  });

  test('tells that the app key was put where the secret key then was not', async () => {
    stack.ssm.fail({
      when: ({ body }) => body?.includes('/plateline/half/secret-key') === true,
      fault: jsonError('TooManyUpdates'),
    });
    const { output, errors, status } = await setFrom('the-app-key\nthe-secret-key\n', 'half');
    assert.equal(output, `/plateline/half/app-key created in ${place()}\n`);
    assert.match(errors, /^error: AWS answered TooManyUpdates/);
    assert.equal(status, 1);
  });

  const unusable = {
    'one line alone': ['the-app-key\n', /must have two lines/],
    'three lines': ['a\nb\nc\n', /must have two lines/],
    'nothing at all': ['', /must have two lines/],
    'an empty app key': ['\nthe-secret-key\n', /app key is empty/],
    'a secret key with a space': ['the-app-key\nthe secret\n', /visible ASCII/],
    'a secret key that no header can hold': ['the-app-key\n비밀\n', /visible ASCII/],
  } as const;
  for (const [what, [stdin, sentence]] of Object.entries(unusable)) {
    test(`refuses ${what} with a sentence and status 1, and puts nothing`, async () => {
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
      assert.match(errors, /takes no key from its arguments/);
      assert.doesNotMatch(output + errors, /canary-secret/);
      assert.equal(status, 2);
      assert.equal((await secretsOf('refused')).kind, 'misconfigured');
    });

    test(`refuses ${given.join(' ')} without the word set too`, async () => {
      const { output, errors, status } = await runPlateline(['secrets', ...given]);
      assert.match(errors, /takes no key from its arguments/);
      assert.doesNotMatch(output + errors, /canary-secret/);
      assert.equal(status, 2);
    });
  }

  test('is explained by secrets alone, with status 2', async () => {
    const { errors, status } = await runPlateline(['secrets']);
    assert.match(errors, /^Usage: plateline secrets [^]*^ {2}set /m);
    assert.equal(status, 2);
  });

  describe('in a terminal', () => {
    test('asks for both keys, says where they go and shows neither', async () => {
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

    test('shows no key at Ctrl-T either, with which such prompts can often be unmasked', async () => {
      const terminal = runInTerminal(argumentsFor('unmasked'));
      await terminal.shows(/App key of .*:/);
      terminal.type('canary\x14\r');
      await terminal.shows(/Secret key of .*:/);
      terminal.type('\x03');
      await terminal.ended;
      assert.doesNotMatch(terminal.shown(), /canary/);
    });

    test('says what is wrong with a key and asks again', async () => {
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
      test(`puts nothing after ${keys}, and ends without a word with status 130`, async () => {
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
