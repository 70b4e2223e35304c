import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { s3Error } from '../../infra/local/aws/fault-proxy.ts';
import { isFinal, isWaiting, pictureOf, reasonCodeOf, startPipeline, type Pipeline } from './pipeline.ts';

describe('an object that is no longer what was announced costs its batch nothing', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    const { bucket } = pipeline.stack;
    await pipeline.upload('deleted.png', pictureOf('11가1111'));
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted.png' }));
    await pipeline.upload('overwritten.png', pictureOf('12가1111'));
    await pipeline.upload('overwritten.png', pictureOf('12가2222'));
    await pipeline.upload('forbidden.png', pictureOf('13가1111'));
    pipeline.stack.s3.fail({
      when: ({ rawUrl }) => rawUrl.includes('forbidden.png'),
      fault: s3Error('AccessDenied', 403),
    });
    await pipeline.upload('neighbour.png', pictureOf('14가1111'));
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  test('deleted before it could be read, it is GONE', async () => {
    const record = await pipeline.recordOf('deleted.png', isFinal);
    assert.deepEqual([record['status'], reasonCodeOf(record)], ['GONE', 'DELETED']);
  });

  test('overwritten in a bucket without versions, the old bytes are GONE and the new ones read, in a record each', async () => {
    const records = await pipeline.recordsOf(
      'overwritten.png',
      (found) => found.filter(isFinal).length === 2,
    );
    const seen = records.map((record) => [record['status'], record['plate'], reasonCodeOf(record)]);
    assert.deepEqual(seen.toSorted(), [
      ['GONE', undefined, 'OVERWRITTEN'],
      ['READ', '12가2222', undefined],
    ]);
  });

  test('forbidden, it waits, and is read once it is allowed', async () => {
    const waiting = await pipeline.recordOf('forbidden.png', isWaiting);
    assert.equal(reasonCodeOf(waiting), 'S3_ACCESSDENIED');
    assert.equal((await pipeline.recordOf('forbidden.png', isFinal))['plate'], '13가1111');
  });

  test('the picture next to them is read', async () => {
    assert.equal((await pipeline.recordOf('neighbour.png', isFinal))['plate'], '14가1111');
  });
});
