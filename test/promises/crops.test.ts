import assert from 'node:assert/strict';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { beforeAll, test } from 'vitest';
import { createPlateReader } from '../../functions/plate-reader/plate-reader.ts';
import { s3Error } from '../../infra/local/aws/fault-proxy.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { deployedPackage } from '../infra/deployed-package.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from './pipeline.ts';

/** The package of a stage that keeps crops, for the processor of this machine. */
function packageThatKeepsCrops(...parameters: readonly string[]): Promise<string> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const all = ['keepCrops=true', `architecture=${architecture}`, ...parameters];
  return deployedPackage(['--stage', 'local', ...all.flatMap((each) => ['--param', each])]);
}

let packageDirectory: string;

beforeAll(async () => {
  packageDirectory = await packageThatKeepsCrops();
});

async function cropKeys({ s3, stack }: Pipeline): Promise<readonly unknown[]> {
  const { Contents: crops = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.cropsBucket }));
  return crops.map(({ Key: key }) => key);
}

test('the plate of each read picture is kept as a small JPEG that its record names', async (t) => {
  const pipeline = await startPipeline({ packageDirectory });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  await pipeline.upload('gate/2.png', pictureOf());
  const read = await pipeline.recordOf('gate/1.png', ({ cropKey }) => cropKey !== undefined);
  const noPlate = await pipeline.recordOf('gate/2.png', isFinal);
  await pipeline.queueIsEmpty();

  assert.equal(noPlate['cropKey'], undefined);
  assert.deepEqual(await cropKeys(pipeline), [read['cropKey']]);
  const { Body: body, ContentType: contentType } = await pipeline.s3.send(
    new GetObjectCommand({ Bucket: pipeline.stack.cropsBucket, Key: String(read['cropKey']) }),
  );
  const crop = await sharp(await body?.transformToByteArray()).metadata();
  // The box is 160×40 pixels, and its margin 6 and 20 %.
  assert.deepEqual([contentType, crop.format, crop.width, crop.height], ['image/jpeg', 'jpeg', 170, 48]);
  assert.equal((await pipeline.records()).length, 2);
  assert.ok(
    !pipeline.log.some((line) => line.includes(String(read['cropKey'])) || line.includes('11가1111')),
  );
});

test('a crop that S3 refuses loses no reading and costs no second call', async (t) => {
  const pipeline = await startPipeline({ packageDirectory });
  t.onTestFinished(() => pipeline.stop());
  const { s3, cropsBucket, vehiclePlateEndpoint } = pipeline.stack;
  s3.fail({ when: ({ rawUrl }) => rawUrl.includes(cropsBucket), fault: s3Error('AccessDenied', 403) });
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  const record = await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.queueIsEmpty();

  assert.deepEqual([record['status'], record['attempts']], ['READ', 1]);
  assert.equal((await pipeline.recordOf('gate/1.png', isFinal))['cropKey'], undefined);
  assert.equal(vehiclePlateEndpoint.calls.length, 1);
  assert.ok(pipeline.log.some((line) => line.includes('"CropNotKept":1')));
  assert.ok(pipeline.log.some((line) => line.includes('S3_ACCESSDENIED')));
});

test('a stage that keeps no crops has an empty bucket for them', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.queueIsEmpty();
  assert.deepEqual(await cropKeys(pipeline), []);
});

test('a function that reads the pictures itself keeps the crop of the plate that it found', async (t) => {
  const pipeline = await startPipeline({ packageDirectory: await packageThatKeepsCrops('reader=builtin') });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('gate/1.jpg', readSample('day.jpg'));
  const read = await pipeline.recordOf('gate/1.jpg', ({ cropKey }) => cropKey !== undefined);

  assert.equal(read['plate'], '123가4567');
  const { Body: body } = await pipeline.s3.send(
    new GetObjectCommand({ Bucket: pipeline.stack.cropsBucket, Key: String(read['cropKey']) }),
  );
  const reader = await createPlateReader();
  t.onTestFinished(() => reader.close());
  // The reader looks for plates in surroundings.
  const inSurroundings = await sharp(await body?.transformToByteArray())
    .extend({ top: 200, bottom: 200, left: 300, right: 300, background: '#444' })
    .jpeg()
    .toBuffer();
  const reading = await reader.read(inSurroundings);
  assert.equal(reading.kind === 'read' && reading.plates[0]?.plate, '123가4567');
});
