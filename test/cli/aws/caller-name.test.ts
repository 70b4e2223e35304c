import assert from 'node:assert/strict';
import { test } from 'vitest';
import { callerNameOf, readCaller } from '../../../cli/aws/caller-name.ts';
import { createStsClient } from '../../../cli/aws/clients.ts';
import { startCallerIdentity } from '../../../infra/local/aws/caller-identity.ts';

test('the caller is named as people know it: a user, the user of a session, or root', () => {
  for (const [arn, name] of [
    ['arn:aws:iam::123456789012:user/kim', 'kim'],
    ['arn:aws:iam::123456789012:user/gate/guards/kim', 'kim'],
    ['arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Guard_1a2b/kim@example.com', 'kim@example.com'],
    ['arn:aws:iam::123456789012:root', 'root'],
  ] as const) {
    assert.equal(callerNameOf(arn), name);
  }
});

test('the name comes from STS', async (context) => {
  const server = await startCallerIdentity('000000000000');
  context.onTestFinished(() => server.stop());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sts = createStsClient({ endpointUrl: server.url, region: 'ap-northeast-2', credentials });
  context.onTestFinished(() => {
    sts.destroy();
  });
  assert.deepEqual(await readCaller(sts), {
    name: 'local',
    accountId: '000000000000',
    partition: 'aws',
  });
});
