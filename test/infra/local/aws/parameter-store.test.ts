import assert from 'node:assert/strict';
import {
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { LoopbackServer } from '../../../../infra/local/loopback-server.ts';
import { startParameterStore } from '../../../../infra/local/aws/parameter-store.ts';

describe('the local parameter store', () => {
  let server: LoopbackServer;
  let ssm: SSMClient;

  beforeAll(async () => {
    server = await startParameterStore('ap-northeast-2', '000000000000');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    ssm = new SSMClient({ endpoint: server.url, region: 'ap-northeast-2', credentials });
  });
  afterAll(async () => {
    ssm.destroy();
    await server.stop();
  });

  const put = (input: PutParameterCommandInput) => ssm.send(new PutParameterCommand(input));
  const get = (names: string[], withDecryption: boolean) =>
    ssm.send(new GetParametersCommand({ Names: names, WithDecryption: withDecryption }));

  test('returns the plain value of a SecureString only with decryption', async () => {
    await put({ Name: '/test/secret', Type: 'SecureString', Value: 'in clear' });
    const decrypted = await get(['/test/secret'], true);
    const encrypted = await get(['/test/secret'], false);
    assert.equal(decrypted.Parameters?.[0]?.Value, 'in clear');
    assert.doesNotMatch(encrypted.Parameters?.[0]?.Value ?? '', /in clear/);
    assert.notEqual(encrypted.Parameters?.[0]?.Value ?? '', '');
  });

  test('names the parameters that it does not have', async () => {
    await put({ Name: '/test/known', Type: 'String', Value: 'value' });
    const { Parameters, InvalidParameters } = await get(['/test/known', '/test/unknown'], true);
    assert.deepEqual(
      Parameters?.map(({ Name }) => Name),
      ['/test/known'],
    );
    assert.deepEqual(InvalidParameters, ['/test/unknown']);
  });

  test('replaces a value only with Overwrite, and counts the versions', async () => {
    const first = await put({ Name: '/test/key', Type: 'SecureString', Value: 'old' });
    await assert.rejects(put({ Name: '/test/key', Type: 'SecureString', Value: 'new' }), {
      name: 'ParameterAlreadyExists',
    });
    const second = await put({ Name: '/test/key', Value: 'new', Overwrite: true });
    const { Parameters } = await get(['/test/key'], true);
    assert.deepEqual([first.Version, second.Version], [1, 2]);
    assert.equal(Parameters?.[0]?.Value, 'new');
    assert.equal(Parameters[0].Type, 'SecureString');
    assert.equal(Parameters[0].ARN, 'arn:aws:ssm:ap-northeast-2:000000000000:parameter/test/key');
    assert.ok(Parameters[0].LastModifiedDate instanceof Date);
  });

  test('refuses what the real Parameter Store refuses', async () => {
    await assert.rejects(put({ Name: '/test/typeless', Value: 'value' }), { name: 'ValidationException' });
    await assert.rejects(
      get(
        Array.from({ length: 11 }, (_, index) => `/test/${index}`),
        true,
      ),
      { name: 'ValidationException' },
    );
  });
});
