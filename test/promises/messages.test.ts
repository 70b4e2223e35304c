import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isFinal, pictureOf, quietBucket, s3EventRecord, startPipeline, type Pipeline } from './pipeline.ts';

describe('whatever wraps the event of S3, its picture is read', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    const upload = (key: string) => pipeline.uploadQuietly(key, pictureOf(plateOf(key)));
    const sns = (event: unknown) => ({
      Type: 'Notification',
      MessageId: 'a6ab0d0b-5f7d-5f2e-8e3b-5c5d6f5a0c0d',
      TopicArn: 'arn:aws:sns:ap-northeast-2:000000000000:pictures',
      Message: JSON.stringify(event),
      Timestamp: '2026-11-22T08:15:00.000Z',
    });
    const eventBridge = ({ s3 }: ReturnType<typeof s3EventRecord>, key: string) => ({
      version: '0',
      source: 'aws.s3',
      'detail-type': 'Object Created',
      time: '2026-11-22T08:15:00Z',
      detail: {
        version: '0',
        bucket: s3.bucket,
        object: { key, size: s3.object.size, etag: s3.object.eTag },
      },
    });
    await pipeline.send(
      { Records: [await upload('direct or raw from SNS')] },
      sns({ Records: [await upload('wrapped by SNS')] }),
      eventBridge(await upload('through EventBridge +%2B'), 'through EventBridge +%2B'),
      sns(eventBridge(await upload('through EventBridge and SNS'), 'through EventBridge and SNS')),
      { Records: [await upload('first of two in one body'), await upload('second of two in one body')] },
    );
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  for (const key of [
    'direct or raw from SNS',
    'wrapped by SNS',
    'through EventBridge +%2B',
    'through EventBridge and SNS',
    'first of two in one body',
    'second of two in one body',
  ]) {
    test(key, async () => {
      assert.equal((await pipeline.recordOf(key, isFinal))['plate'], plateOf(key));
    });
  }
});

describe('a message that announces no picture is acknowledged, and costs its batch nothing', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    await pipeline.send(
      {
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: '2026-11-22T08:15:00.000Z',
        Bucket: 'pictures',
        RequestId: 'A',
        HostId: 'B',
      },
      { Records: [{ ...s3EventRecord(quietBucket, 'removed.jpg'), eventName: 'ObjectRemoved:Delete' }] },
      { source: 'aws.s3', 'detail-type': 'Object Deleted', time: '2026-11-22T08:15:00Z', detail: {} },
      { Records: [await pipeline.uploadQuietly('neighbour.png', pictureOf('11가1111'))] },
    );
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  test('the picture next to them is read', async () => {
    assert.equal((await pipeline.recordOf('neighbour.png', isFinal))['status'], 'READ');
  });

  test('s3:TestEvent and removals leave no record, no message and nothing in the dead-letter queue', async () => {
    await pipeline.queueIsEmpty();
    assert.deepEqual(
      (await pipeline.records()).map(({ key }) => key),
      ['neighbour.png'],
    );
    assert.equal(await pipeline.deadLetterCount(), 0);
  });
});

describe('a body that is no S3 notification goes to the dead-letter queue as it came, and costs its batch nothing', () => {
  const bodies = {
    'no JSON': 'a picture was uploaded!',
    'no S3 event': '{"hello":"world"}',
    'JSON null': 'null',
    'an event of another service': '{"Records":[{"eventSource":"aws:ses","eventName":"Receive"}]}',
    'an event without a key': JSON.stringify({
      Records: [
        {
          ...s3EventRecord(quietBucket, ''),
          s3: { bucket: { name: quietBucket }, object: { size: 1, eTag: 'e' } },
        },
      ],
    }),
    'a key that is not percent-encoded right': JSON.stringify({
      Records: [s3EventRecord(quietBucket, '%E0%A4%A')],
    }),
    'a body that would change a prototype':
      '{"__proto__":{"Records":[]},"constructor":{"prototype":{"polluted":true}}}',
  };
  let pipeline: Pipeline;
  let deadBodies: (string | undefined)[];
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    const neighbour = await pipeline.uploadQuietly('neighbour.png', pictureOf('11가1111'));
    const nextToFault = await pipeline.uploadQuietly('next to a fault.png', pictureOf('12가2222'));
    await pipeline.send(
      ...Object.values(bodies),
      { Records: [neighbour] },
      { Records: [{ eventSource: 'aws:s3' }, nextToFault] },
    );
    pipeline.stack.startPolling();
    const messages = await pipeline.deadLetters(Object.keys(bodies).length + 1);
    deadBodies = messages.map(({ Body: body }) => body);
  });
  afterAll(() => pipeline.stop());

  for (const [name, body] of Object.entries(bodies)) {
    test(name, () => {
      assert.ok(deadBodies.includes(body));
    });
  }

  test('the picture next to them in the batch is read', async () => {
    assert.equal((await pipeline.recordOf('neighbour.png', isFinal))['status'], 'READ');
  });

  test('the picture next to a faulty record of the same body is read', async () => {
    assert.equal((await pipeline.recordOf('next to a fault.png', isFinal))['plate'], '12가2222');
  });

  test('nothing of them stays in the queue', async () => {
    await pipeline.queueIsEmpty();
  });
});

/** A plate of its own for each key. */
function plateOf(key: string): string {
  const serial = Buffer.from(key).reduce((sum, byte) => sum + byte, 0) % 10_000;
  return `12가${String(serial).padStart(4, '0')}`;
}
