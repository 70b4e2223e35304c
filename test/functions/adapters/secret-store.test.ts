import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { PutParameterCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { describe, test, type TestContext } from 'vitest';
import {
  createSecretStore,
  type Credentials,
  type SecretStore,
} from '../../../functions/adapters/secret-store.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import {
  jsonError,
  startFaultProxy,
  type Fault,
  type ProxiedRequest,
} from '../../../infra/local/aws/fault-proxy.ts';
import { startParameterStore } from '../../../infra/local/aws/parameter-store.ts';
import { clientConfiguration } from './client-configuration.ts';

const appKeyParameter = '/plateline/test/app-key';
const secretKeyParameter = '/plateline/test/secret-key';
const secretTtlMs = 300_000;
const appKey = 'app-key-1';
const secretKey = 'secret-key-1';

type ParameterValues = { readonly appKey?: string; readonly secretKey?: string };

async function startStore(t: TestContext, values: ParameterValues, config: SSMClientConfig = {}) {
  const parameterStore = await startParameterStore('ap-northeast-2', '000000000000');
  const proxy = await startFaultProxy({ targetUrl: parameterStore.url, port: 0, recordRequests: true });
  const client = new SSMClient(clientConfiguration(parameterStore.url));
  t.onTestFinished(async () => {
    client.destroy();
    await proxy.stop();
    await parameterStore.stop();
  });
  const put = async (name: string, value: string | undefined) => {
    if (value === undefined) return;
    await client.send(
      new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', Overwrite: true }),
    );
  };
  const putValues = async (changed: ParameterValues) => {
    await put(appKeyParameter, changed.appKey);
    await put(secretKeyParameter, changed.secretKey);
  };
  await putValues(values);
  const clock = { nowMs: 1_800_000_000_000 };
  return {
    secrets: createSecretStore({ appKeyParameter, secretKeyParameter, secretTtlMs }, () => clock.nowMs, {
      ...clientConfiguration(proxy.url),
      ...config,
    }),
    requests: proxy.requests,
    fail: (fault: Fault) => {
      proxy.fail({ fault });
    },
    putValues,
    pass: (durationMs: number) => {
      clock.nowMs += durationMs;
    },
  };
}

async function credentialsOf(read: ReturnType<SecretStore['current']>): Promise<Credentials> {
  const result = await read;
  assert.equal(result.kind, 'credentials');
  return result.credentials;
}

async function reasonOf(read: ReturnType<SecretStore['current']>) {
  const result = await read;
  assert.equal(result.kind, 'misconfigured');
  return result.reason;
}

function sentBy({ operation, body }: ProxiedRequest): { operation: string | undefined; body: unknown } {
  return { operation, body: JSON.parse(String(body)) };
}

function isOutsideError(code: string) {
  return (error: unknown) => {
    assert(error instanceof OutsideError);
    assert.equal(error.code, code);
    return true;
  };
}

describe('reading', () => {
  test('app key and secret key come decrypted', async (t) => {
    const { secrets } = await startStore(t, { appKey, secretKey });
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey });
  });

  test('one GetParameters names both and asks for decryption', async (t) => {
    const { secrets, requests } = await startStore(t, { appKey, secretKey });
    await secrets.current();
    assert.deepEqual(requests.map(sentBy), [
      {
        operation: 'GetParameters',
        body: { Names: [appKeyParameter, secretKeyParameter], WithDecryption: true },
      },
    ]);
  });

  test('ten pictures at once cost one request', async (t) => {
    const { secrets, requests } = await startStore(t, { appKey, secretKey });
    await Promise.all(Array.from({ length: 10 }, () => secrets.current()));
    assert.equal(requests.length, 1);
  });

  test('the line break at the end of a pasted value does not count', async (t) => {
    const { secrets } = await startStore(t, { appKey: `${appKey}\n`, secretKey: `${secretKey}\r\n` });
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey });
  });
});

describe('keeping', () => {
  test('credentials are cached until their time is over', async (t) => {
    const { secrets, requests, pass } = await startStore(t, { appKey, secretKey });
    await secrets.current();
    pass(secretTtlMs - 1);
    await secrets.current();
    assert.equal(requests.length, 1);
  });

  test('after that time a changed secret is found', async (t) => {
    const { secrets, putValues, pass } = await startStore(t, { appKey, secretKey });
    await secrets.current();
    await putValues({ secretKey: 'secret-key-2' });
    pass(secretTtlMs);
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey: 'secret-key-2' });
  });

  test('a failure is not cached', async (t) => {
    const { secrets, fail } = await startStore(t, { appKey, secretKey }, { maxAttempts: 1 });
    fail(jsonError('InternalServerError', 500));
    await assert.rejects(secrets.current(), OutsideError);
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey });
  });

  test('a missing parameter is found when it exists', async (t) => {
    const { secrets, putValues } = await startStore(t, { appKey });
    await reasonOf(secrets.current());
    await putValues({ secretKey });
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey });
  });
});

describe('credentials that the endpoint refused', () => {
  test('are read again before their time is over', async (t) => {
    const { secrets, putValues } = await startStore(t, { appKey, secretKey });
    const refused = await credentialsOf(secrets.current());
    await putValues({ secretKey: 'secret-key-2' });
    assert.deepEqual(await credentialsOf(secrets.insteadOf(refused)), { appKey, secretKey: 'secret-key-2' });
  });

  test('are read again once, however many pictures were refused with them', async (t) => {
    const { secrets, requests } = await startStore(t, { appKey, secretKey });
    const refused = await credentialsOf(secrets.current());
    await Promise.all(Array.from({ length: 10 }, () => secrets.insteadOf(refused)));
    assert.equal(requests.length, 2);
  });

  test('are not read again for a picture whose refusal arrives after the fresh read', async (t) => {
    const { secrets, requests } = await startStore(t, { appKey, secretKey });
    const refused = await credentialsOf(secrets.current());
    const fresh = await credentialsOf(secrets.insteadOf(refused));
    assert.equal(await credentialsOf(secrets.insteadOf(refused)), fresh);
    assert.equal(requests.length, 2);
  });

  test('are replaced for every picture', async (t) => {
    const { secrets, requests } = await startStore(t, { appKey, secretKey });
    const refused = await credentialsOf(secrets.current());
    const fresh = await credentialsOf(secrets.insteadOf(refused));
    assert.equal(await credentialsOf(secrets.current()), fresh);
    assert.equal(requests.length, 2);
  });
});

describe('values that cannot be used', () => {
  test('a missing app key is named', async (t) => {
    const { secrets } = await startStore(t, { secretKey });
    const { code, message } = await reasonOf(secrets.current());
    assert.equal(code, 'NO_SECRET');
    assert.match(message, /\/plateline\/test\/app-key(?!.*secret-key)/);
  });

  test('a missing secret key is named', async (t) => {
    const { secrets } = await startStore(t, { appKey });
    const { code, message } = await reasonOf(secrets.current());
    assert.equal(code, 'NO_SECRET');
    assert.match(message, /(?<!app-key.*)\/plateline\/test\/secret-key/);
  });

  test('two missing parameters are both named, with the command that stores them', async (t) => {
    const { secrets } = await startStore(t, {});
    const { message } = await reasonOf(secrets.current());
    assert.match(
      message,
      /\/plateline\/test\/app-key and \/plateline\/test\/secret-key.*npx plateline secrets set/,
    );
  });

  for (const [name, value] of [
    ['a line break inside', 'secret\nkey'],
    ['a space inside', 'secret key'],
    ['hangul', '비밀키'],
    ['nothing but white space', ' \n'],
  ] as const) {
    test(`a secret with ${name} is named`, async (t) => {
      const { secrets } = await startStore(t, { appKey, secretKey: value });
      const { message } = await reasonOf(secrets.current());
      assert.match(message, /\/plateline\/test\/secret-key/);
    });
  }

  test('a secret that cannot be used is not quoted', async (t) => {
    const { secrets } = await startStore(t, { appKey: 'hidden-app', secretKey: 'hidden\nsecret' });
    assert.doesNotMatch(inspect(await secrets.current()), /hidden/);
  });
});

describe('a failure of SSM', () => {
  for (const code of ['ThrottlingException', 'AccessDeniedException']) {
    test(`${code} is an error`, async (t) => {
      const { secrets, fail } = await startStore(t, { appKey, secretKey }, { maxAttempts: 1 });
      fail(jsonError(code));
      await assert.rejects(secrets.current(), isOutsideError(`SSM_${code.toUpperCase()}`));
    });
  }

  test('a read that is throttled once succeeds', async (t) => {
    const { secrets, fail } = await startStore(t, { appKey, secretKey });
    fail(jsonError('ThrottlingException'));
    assert.deepEqual(await credentialsOf(secrets.current()), { appKey, secretKey });
  });

  test('a reply that is torn in the middle of the secret shows it in neither code nor message', async (t) => {
    const { secrets, fail } = await startStore(t, { appKey, secretKey }, { maxAttempts: 1 });
    fail({
      kind: 'reply',
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: `{"Parameters":[{"Name":"${secretKeyParameter}","Value":"${secretKey}`,
    });
    await assert.rejects(secrets.current(), (error) => {
      assert(error instanceof OutsideError);
      assert.doesNotMatch(`${error.code} ${error.message} ${error.stack ?? ''}`, /secret-key-1/);
      return true;
    });
  });
});
