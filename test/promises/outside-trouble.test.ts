import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { jsonError, s3Error, type FaultRule } from '../../infra/local/aws/fault-proxy.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { isFinal, isWaiting, pictureOf, reasonCodeOf, startPipeline, type Pipeline } from './pipeline.ts';

type Trouble = {
  service: (stack: LocalStack) => { fail(rule: FaultRule): () => void };
  rule: FaultRule;
  /** The reason in the record; absent where not even that could be written. */
  reason?: string;
};

const forKey =
  (key: string) =>
  ({ rawUrl, body }: { rawUrl: string; body: Buffer | undefined }) =>
    rawUrl.includes(key) || (body?.includes(key) ?? false);

/** More than all tries of the SDK within one invocation. */
const always = 20;

const troubles: Record<string, Trouble> = {
  'S3-throttled': {
    service: ({ s3 }) => s3,
    rule: { fault: s3Error('SlowDown', 503) },
    reason: 'S3_SLOWDOWN',
  },
  'S3-denied': {
    service: ({ s3 }) => s3,
    rule: { fault: s3Error('AccessDenied', 403) },
    reason: 'S3_ACCESSDENIED',
  },
  'DynamoDB-throttled': {
    service: ({ dynamodb }) => dynamodb,
    rule: { fault: jsonError('ThrottlingException') },
  },
  'DynamoDB-denied': {
    service: ({ dynamodb }) => dynamodb,
    rule: { fault: jsonError('AccessDeniedException') },
  },
};

describe('trouble of S3 or DynamoDB makes a picture wait, costs its batch nothing, and ends by itself', () => {
  let pipeline: Pipeline;
  let trouble: (() => void)[];
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    for (const key of Object.keys(troubles)) await pipeline.upload(key, pictureOf('11가1111'));
    trouble = Object.entries(troubles).map(([key, { service, rule }]) =>
      service(pipeline.stack).fail({ ...rule, when: forKey(key), times: always }),
    );
    await pipeline.upload('neighbour', pictureOf('12가1111'));
    pipeline.stack.startPolling();
    await pipeline.recordOf('neighbour', isFinal);
    await pipeline.messagesWaiting(Object.keys(troubles).length);
  });
  afterAll(() => pipeline.stop());

  for (const [key, { reason }] of Object.entries(troubles)) {
    test(`${key}: the picture waits`, async () => {
      const found = await pipeline.recordsOf(key, () => true);
      assert.deepEqual(
        found.map((record) => [isWaiting(record), reasonCodeOf(record)]),
        reason === undefined ? [] : [[true, reason]],
      );
    });
  }

  test('and all of them are read afterwards, without a person', async () => {
    for (const lift of trouble) lift();
    for (const key of Object.keys(troubles)) {
      assert.equal((await pipeline.recordOf(key, isFinal))['status'], 'READ');
    }
    await pipeline.queueIsEmpty();
    assert.equal(await pipeline.deadLetterCount(), 0);
  });
});

describe('SSM', { concurrent: true }, () => {
  for (const code of ['ThrottlingException', 'AccessDeniedException']) {
    test(`that answers ${code} makes pictures wait without a call, and they are read once it answers right`, async (t) => {
      const pipeline = await startPipeline();
      t.onTestFinished(() => pipeline.stop());
      const lift = pipeline.stack.ssm.fail({ times: always, fault: jsonError(code) });
      await pipeline.upload('waits.png', pictureOf('11가1111'));
      const waiting = await pipeline.recordOf('waits.png', isWaiting);
      assert.deepEqual([reasonCodeOf(waiting), waiting['calls']], [`SSM_${code.toUpperCase()}`, 0]);
      lift();
      assert.equal((await pipeline.recordOf('waits.png', isFinal))['status'], 'READ');
    });
  }
});

test('a parameter that is not there is a misconfiguration that loses nothing', async (t) => {
  const pipeline = await startPipeline({
    environment: { SECRET_KEY_PARAMETER: '/plateline/local/mistyped' },
  });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('waits.png', pictureOf('11가1111'));
  assert.equal(reasonCodeOf(await pipeline.recordOf('waits.png', isWaiting)), 'NO_SECRET');
  await pipeline.messagesWaiting(1);
  assert.equal(pipeline.stack.vehiclePlateEndpoint.calls.length, 0);
});
