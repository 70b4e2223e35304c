import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { listenOnLoopback, type LoopbackServer } from '../../../infra/local/loopback-server.ts';
import { environment, spawnPlateline } from '../command.ts';

const config = `
[profile keys]
aws_access_key_id = of-profile
aws_secret_access_key = secret
[profile fails]
credential_process = sh -c 'echo The vault is locked. >&2; exit 3'
[profile garbage]
credential_process = echo no JSON
`;

/** DynamoDB as far as `plateline usage` needs it; it notes the access key of each request. */
let server: LoopbackServer;
let accessKeys: string[] = [];
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'plateline-credentials-'));
  await writeFile(path.join(directory, 'config'), config);
  const dynamodb = createServer((request, response) => {
    accessKeys.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none');
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{"Items":[],"Count":0}');
  });
  server = await listenOnLoopback(dynamodb, 0);
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const keysInEnvironment = { AWS_ACCESS_KEY_ID: 'of-environment', AWS_SECRET_ACCESS_KEY: 'secret' };

async function usage(variables: Readonly<Record<string, string>>, ...args: string[]) {
  accessKeys = [];
  const noKeys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const env = { ...environment, ...noKeys, AWS_CONFIG_FILE: path.join(directory, 'config'), ...variables };
  const run = await spawnPlateline(['usage', '--since', '1d', '--endpoint-url', server.url, ...args], {
    env,
  });
  return { ...run, usedKeys: [...new Set(accessKeys)] };
}

describe('the command uses, as the AWS CLI does and without a warning,', () => {
  test('the keys in the environment, though AWS_PROFILE is set', async () => {
    const { errors, usedKeys } = await usage({ ...keysInEnvironment, AWS_PROFILE: 'keys' });
    assert.deepEqual([errors, usedKeys], ['', ['of-environment']]);
  });

  test('the profile of --profile, though keys are in the environment', async () => {
    const { errors, usedKeys } = await usage(keysInEnvironment, '--profile', 'keys');
    assert.deepEqual([errors, usedKeys], ['', ['of-profile']]);
  });

  test('the profile of AWS_PROFILE, if the environment has no keys', async () => {
    const { errors, usedKeys } = await usage({ AWS_PROFILE: 'keys' });
    assert.deepEqual([errors, usedKeys], ['', ['of-profile']]);
  });
});

describe('a profile without credentials is named, with the cause:', () => {
  for (const [profile, cause] of [
    ['nope', 'Could not resolve credentials using profile: [nope] in configuration/credentials file(s)'],
    ['fails', "Command failed: sh -c 'echo The vault is locked. >&2; exit 3' The vault is locked"],
    ['garbage', 'Profile garbage credential_process returned invalid JSON'],
  ] as const) {
    for (const [how, variables, args] of [
      ['AWS_PROFILE', { AWS_PROFILE: profile }, []],
      ['--profile', {}, ['--profile', profile]],
    ] as const) {
      test(`${profile} by ${how}`, async () => {
        const { errors, status, usedKeys } = await usage(variables, ...args);
        assert.ok(
          errors.startsWith(`error: The profile ${profile} gives no AWS credentials (${cause}). `),
          errors,
        );
        assert.deepEqual([status, usedKeys], [1, []]);
      });
    }
  }
});
