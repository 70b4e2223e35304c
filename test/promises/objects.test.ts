import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { s3Error } from '../../infra/local/aws/fault-proxy.ts';
import {
  isFinal,
  isWaiting,
  pictureOf,
  quietBucket,
  reasonCodeOf,
  startPipeline,
  type Pipeline,
} from './pipeline.ts';

describe('an object that is no longer what was announced costs its batch nothing', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    const { bucket } = pipeline.stack;
    await pipeline.upload('marked.png', pictureOf('10가1111'));
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'marked.png' }));
    const { versionId: VersionId } = await pipeline.upload('deleted.png', pictureOf('11가1111'));
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted.png', VersionId }));
    await pipeline.upload('overwritten.png', pictureOf('12가1111'));
    await pipeline.upload('overwritten.png', pictureOf('12가2222'));
    for (const key of ['deleted unversioned.png', 'overwritten unversioned.png']) {
      await pipeline.send({ Records: [await pipeline.uploadQuietly(key, pictureOf('15가1111'))] });
    }
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: quietBucket, Key: 'deleted unversioned.png' }));
    const second = await pipeline.uploadQuietly('overwritten unversioned.png', pictureOf('15가2222'));
    await pipeline.send({ Records: [second] });
    await pipeline.upload('forbidden.png', pictureOf('13가1111'));
    pipeline.stack.s3.fail({
      when: ({ rawUrl }) => rawUrl.includes('forbidden.png'),
      fault: s3Error('AccessDenied', 403),
    });
    await pipeline.upload('neighbour.png', pictureOf('14가1111'));
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  test('under a delete marker, its version is read all the same', async () => {
    assert.equal((await pipeline.recordOf('marked.png', isFinal))['plate'], '10가1111');
  });

  for (const key of ['deleted.png', 'deleted unversioned.png']) {
    test(`deleted for ever before it could be read, it is GONE: ${key}`, async () => {
      const record = await pipeline.recordOf(key, isFinal);
      assert.deepEqual([record['status'], reasonCodeOf(record)], ['GONE', 'DELETED']);
    });
  }

  async function outcomesOf(key: string): Promise<unknown[]> {
    const records = await pipeline.recordsOf(key, (found) => found.filter(isFinal).length === 2);
    return records.map((record) => [record['status'], record['plate'], reasonCodeOf(record)]).toSorted();
  }

  test('overwritten, its old and its new bytes are read, in a record each', async () => {
    assert.deepEqual(await outcomesOf('overwritten.png'), [
      ['READ', '12가1111', undefined],
      ['READ', '12가2222', undefined],
    ]);
  });

  test('overwritten in a bucket without versions, the old bytes are GONE and the new ones read, in a record each', async () => {
    assert.deepEqual(await outcomesOf('overwritten unversioned.png'), [
      ['GONE', undefined, 'OVERWRITTEN'],
      ['READ', '15가2222', undefined],
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
