import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { samples } from '../../../infra/local/samples/samples.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { copyService, type ServiceCopy } from '../service-copy.ts';
import { startScriptedAccount } from './scripted-account.ts';

type Account = Awaited<ReturnType<typeof startScriptedAccount>>;
type Run = { readonly status: number; readonly output: string; readonly transcript: string };

const canary = 'canary-4f1c';

let service: ServiceCopy;
beforeAll(async () => {
  service = await copyService();
});
afterAll(() => service.remove());

/** Runs the script as a process, as `npm run first-deploy` does. */
function firstDeploy(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Run> {
  const transcript = path.join(service.directory, 'transcript.txt');
  const all = ['infra/first-deploy/first-deploy.ts', '--stage', 'local', '--transcript', transcript, ...args];
  const env = {
    PATH: process.env['PATH'],
    HOME: service.directory,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    ...environment,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { cwd: service.directory, env }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status !== 'number') {
        reject(new Error('The script did not run to its end.', { cause: error }));
        return;
      }
      readFile(transcript, 'utf8').then(
        (text) => {
          resolve({ status, output: stdout + stderr, transcript: text });
        },
        () => {
          resolve({ status, output: stdout + stderr, transcript: '' });
        },
      );
    });
  });
}

describe('npm run first-deploy', () => {
  let stack: LocalStack;
  let account: Account;
  let environment: Readonly<Record<string, string>>;
  beforeAll(async () => {
    stack = await startLocalStack();
    account = await startScriptedAccount(stack);
    environment = {
      AWS_ENDPOINT_URL: account.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: canary,
      PLATELINE_APP_KEY: stack.appKey,
      PLATELINE_SECRET_KEY: stack.secretKey,
    };
  });
  afterAll(async () => {
    await account.stop();
    await stack.stop();
  });

  test('without credentials says how to give them, writes it down, and exits with status 1', async () => {
    const { status, output, transcript } = await firstDeploy([], { AWS_ENDPOINT_URL: account.url });
    assert.equal(status, 1, output);
    assert.match(transcript, /FAILED: There are no AWS credentials .* Set AWS_ACCESS_KEY_ID/);
    assert.deepEqual(account.stackActions, []);
  });

  test('with a quota that is too low deploys nothing, says whom to ask, and exits with status 1', async () => {
    account.script.concurrency = 5;
    const { status, output, transcript } = await firstDeploy([], environment);
    account.script.concurrency = 1000;
    assert.equal(status, 1, output);
    assert.match(
      transcript,
      /FAILED: Lambda may run 5 invocations at once .* fewer than the 20 of the stage/,
    );
    assert.match(transcript, /What to do: Ask for more under Service Quotas/);
    assert.ok(!account.stackActions.includes('CreateChangeSet'));
  });

  test('with a sample that never gets its record says why, and exits with status 1', async () => {
    const recover = stack.vehiclePlateEndpoint.script({
      times: 1000,
      answer: { kind: 'failure', resultCode: 5000001 },
    });
    const { status, output, transcript } = await firstDeploy(['--wait-seconds', '3'], environment);
    recover();
    assert.equal(status, 1, output);
    assert.match(
      transcript,
      /FAILED: \d+ of 10 samples have no final record after 3 seconds: .*day\.jpg waits \(\w+/,
    );
    assert.match(transcript, /^FAILED +Samples$/m);
    assert.match(transcript, /steps failed/);
  });

  test('deploys, reads every sample, redrives, rings an alarm, and removes all of it', async () => {
    const { status, output, transcript } = await firstDeploy(
      ['--param', 'alarmEmail=somebody@example.com', '--remove', '--yes'],
      environment,
    );
    assert.equal(status, 0, output);
    const reported = [...transcript.matchAll(/^(ok|warning|FAILED) +(\w+)$/gm)].map(([, kind, name]) => [
      name,
      kind,
    ]);
    assert.deepEqual(Object.fromEntries(reported), {
      Credentials: 'ok',
      Package: 'ok',
      Account: 'ok',
      Deploy: 'ok',
      Keys: 'ok',
      Alarms: 'ok',
      Samples: 'ok',
      Redrive: 'ok',
      Remove: 'ok',
    });
    assert.match(transcript, /No step failed/);

    const secrets = [canary, stack.appKey, stack.secretKey, 'somebody@example.com'];
    const plates = samples.flatMap(({ expected }) => (expected.status === 'READ' ? [expected.plate] : []));
    assert.deepEqual(
      [...secrets, ...plates].filter((text) => transcript.includes(text) || output.includes(text)),
      [],
    );
  });
});
