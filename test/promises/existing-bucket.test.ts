import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runPlateline } from '../cli/run-plateline.ts';
import { createAwsCli } from '../infra/local/aws-cli.ts';
import { deployedPackage } from '../infra/deployed-package.ts';
import { makeEventBridgeBody } from '../fakes/s3-events.ts';
import { isFinal, isWaiting, pictureOf, reasonCodeOf, startPipeline, type Pipeline } from './pipeline.ts';

const bucket = 'my-cameras';
const parameters = [`existingBucket=${bucket}`, 'existingBucketPrefix=gates/'];
const options = ['--stage', 'local', ...parameters.flatMap((each) => ['--param', each])];

/** A pipeline next to a bucket that its stack does not own. */
async function startWithExistingBucket(hasVersions: boolean): Promise<Pipeline> {
  const pipeline = await startPipeline({ packageDirectory: await deployedPackage(options) });
  await pipeline.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  if (hasVersions) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await pipeline.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  return pipeline;
}

/** Runs the documented commands of the AWS CLI, which the user runs once for this bucket. */
async function turnEventBridgeOn({ stack }: Pipeline, name = bucket): Promise<void> {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/existing-bucket.md'), 'utf8');
  const commands = page.split('\n').filter((line) => line.startsWith('aws '));
  assert.equal(commands.length, 2);
  const cli = createAwsCli(stack, {});
  for (const command of commands) await cli.run(command.replace('my-cameras', name));
  cli.destroy();
}

/** Uploads an object and returns what its event says of it. */
async function put({ s3 }: Pipeline, key: string, bytes: Uint8Array, name = bucket) {
  const { ETag: etag, VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket: name, Key: key, Body: bytes }),
  );
  const etagOnly = etag?.replaceAll('"', '');
  const event = { key, size: bytes.length, etag: etagOnly, 'version-id': versionId };
  return { event, versionId, etag: etagOnly };
}

/** The message that EventBridge sends of an object of the bucket. */
const eventOf = (object: Readonly<Record<string, unknown>>) =>
  makeEventBridgeBody({}, { detail: { bucket: { name: bucket }, object } });

for (const hasVersions of [true, false]) {
  describe(`pictures of an existing bucket ${hasVersions ? 'with' : 'without'} versions`, () => {
    let pipeline: Pipeline;
    beforeAll(async () => {
      pipeline = await startWithExistingBucket(hasVersions);
      await turnEventBridgeOn(pipeline);
    });
    afterAll(() => pipeline.stop());

    test('are read, and their records name the bucket, the key and the bytes', async () => {
      const { versionId, etag } = await put(pipeline, 'gates/정문/a+b c%.png', pictureOf('11가1111'));
      const record = await pipeline.recordOf('gates/정문/a+b c%.png', isFinal);
      assert.deepEqual(
        [record['plate'], record['bucket'], record['versionId'], record['etag'], record['camera']],
        ['11가1111', bucket, versionId, etag, 'gates/정문'],
      );
      const identity = hasVersions ? `versionId=${String(versionId)}` : `etag=${String(etag)}`;
      const encodedKey = 'gates/%EC%A0%95%EB%AC%B8/a%2Bb%20c%25.png';
      assert.equal(record['imageId'], `s3://${bucket}/${encodedKey}?${identity}`);
    });

    test('cost one call each, even if their event arrives three times', async () => {
      const { event } = await put(pipeline, 'gates/thrice.png', pictureOf('12가1111'));
      const first = await pipeline.recordOf('gates/thrice.png', isFinal);
      const body = eventOf(event);
      await pipeline.send(body, body);
      await pipeline.queueIsEmpty();
      assert.deepEqual(await pipeline.recordOf('gates/thrice.png', isFinal), first);
      assert.equal(first['calls'], 1);
    });

    test('wait while the endpoint fails, and are then read', async () => {
      const end = pipeline.stack.vehiclePlateEndpoint.script({
        answer: { kind: 'failure', resultCode: 5000001 },
      });
      await put(pipeline, 'gates/waits.png', pictureOf('13가1111'));
      await pipeline.recordOf('gates/waits.png', isWaiting);
      end();
      assert.equal((await pipeline.recordOf('gates/waits.png', isFinal))['plate'], '13가1111');
    });

    test('have a record for each write of a key', async () => {
      await put(pipeline, 'gates/over.png', pictureOf('14가1111'));
      await pipeline.recordOf('gates/over.png', isFinal);
      await put(pipeline, 'gates/over.png', pictureOf('14가2222'));
      const records = await pipeline.recordsOf(
        'gates/over.png',
        (found) => found.filter(isFinal).length === 2,
      );
      assert.deepEqual(records.map(({ plate }) => plate).toSorted(), ['14가1111', '14가2222']);
    });

    test('are GONE when they are deleted for ever before they are read', async () => {
      const end = pipeline.stack.vehiclePlateEndpoint.script({
        answer: { kind: 'failure', resultCode: 5000001 },
      });
      const { versionId } = await put(pipeline, 'gates/gone.png', pictureOf('15가1111'));
      await pipeline.recordOf('gates/gone.png', isWaiting);
      const object = { Bucket: bucket, Key: 'gates/gone.png', VersionId: versionId };
      await pipeline.s3.send(new DeleteObjectCommand(object));
      end();
      const record = await pipeline.recordOf('gates/gone.png', isFinal);
      assert.deepEqual([record['status'], reasonCodeOf(record)], ['GONE', 'DELETED']);
    });
  });
}

describe('next to an existing bucket', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startWithExistingBucket(true);
  });
  afterAll(() => pipeline.stop());

  const plateline = (...args: string[]) =>
    runPlateline([...args, '--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url]);

  test('pictures from before EventBridge was turned on are read by backfill, and found and shown', async () => {
    await put(pipeline, 'gates/old.png', pictureOf('21가1111'));
    await turnEventBridgeOn(pipeline);
    assert.deepEqual(await pipeline.records(), []);
    const { output } = await plateline('backfill', `s3://${bucket}/gates/`);
    assert.match(output, /^Sent 1 picture /);
    await pipeline.recordOf('gates/old.png', isFinal);
    assert.match((await plateline('find', '21가1111')).output, /gates\/old\.png/);
    assert.match((await plateline('show', `s3://${bucket}/gates/old.png`)).output, /^status +READ$/m);
  });

  test('objects outside the prefix, and those of other buckets, are not taken', async () => {
    await pipeline.s3.send(new CreateBucketCommand({ Bucket: 'other-bucket' }));
    await turnEventBridgeOn(pipeline, 'other-bucket');
    await put(pipeline, 'invoices/1.png', pictureOf('22가1111'));
    await put(pipeline, 'gates/1.png', pictureOf('22가2222'), 'other-bucket');
    await put(pipeline, 'gates/last.png', pictureOf('22가3333'));
    await pipeline.recordOf('gates/last.png', isFinal);
    await pipeline.queueIsEmpty();
    const keys = (await pipeline.records()).map(
      (record) => `${String(record['bucket'])}/${String(record['key'])}`,
    );
    assert.ok(!keys.includes(`${bucket}/invoices/1.png`));
    assert.ok(!keys.includes('other-bucket/gates/1.png'));
  });

  test("pictures of the stack's own bucket are read as before", async () => {
    await pipeline.upload('gate/own.png', pictureOf('23가1111'));
    assert.equal((await pipeline.recordOf('gate/own.png', isFinal))['plate'], '23가1111');
  });

  test('an event that EventBridge could not deliver comes back from the dead-letter queue by redrive', async () => {
    const { event } = await put(pipeline, 'invoices/later.png', pictureOf('24가1111'));
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.stack.deadLetterQueueUrl,
        MessageBody: eventOf(event),
      }),
    );
    assert.equal((await plateline('redrive', '--yes')).status, 0);
    assert.equal((await pipeline.recordOf('invoices/later.png', isFinal))['plate'], '24가1111');
  });
});
