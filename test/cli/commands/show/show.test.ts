import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { decode } from 'jpeg-js';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { listenOnLoopback } from '../../../../infra/local/loopback-server.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';
import { isFinal, quietBucket, startPipeline, type Pipeline } from '../../../promises/pipeline.ts';
import { environment } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';
import { putRecords } from '../../put-records.ts';

let pipeline: Pipeline;
let directory: string;
let common: string[];
let taxiId: string;

const taxiKey = 'taxi stand/입구+1.png';

beforeAll(async () => {
  pipeline = await startPipeline();
  directory = await mkdtemp(path.join(tmpdir(), 'plateline-show-'));
  common = ['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url];
  await pipeline.upload(taxiKey, readSample('taxi.png'));
  const record = await pipeline.recordOf(taxiKey, isFinal);
  taxiId = String(record['imageId']);
});
afterAll(async () => {
  await pipeline.stop();
  await rm(directory, { recursive: true });
});

const show = (...args: string[]) => runPlateline(['show', ...args, ...common]);
const objectUri = () => `s3://${pipeline.stack.bucket}/${taxiKey}`;

test('the whole record of an object is shown', async () => {
  const { output, errors, status } = await show(objectUri());
  assert.deepEqual([errors, status], ['', 0]);
  assert.match(output, /^imageId +s3:\/\/\S+%EC%9E%85%EA%B5%AC%2B1\.png\?versionId=[\w-]+$/m);
  assert.match(output, /^status +READ$/m);
  assert.match(output, /^plate +서울12바5215$/m);
  assert.match(output, /^box +807,488 953,488 953,562 807,562$/m);
  assert.match(output, /^key +taxi stand\/입구\+1\.png$/m);
  assert.match(output, /^uploadedAt +\S+Z \(\S+ \S+ in Korea\)$/m);
});

test('AWS_ENDPOINT_URL, or that of each service, may be localhost, where buckets have no host names', async () => {
  const url = pipeline.stack.gateway.url.replace('127.0.0.1', 'localhost');
  for (const variables of [
    { AWS_ENDPOINT_URL: url },
    { AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_DYNAMODB: url },
  ]) {
    const env = { ...environment, ...variables };
    const { errors, status } = await runPlateline(['show', objectUri(), '--stage', 'local'], { env });
    assert.deepEqual([errors, status], ['', 0]);
  }
});

test('an image id shows the same record, and --json prints it as it is stored', async () => {
  const { output, status } = await show(taxiId, '--json');
  assert.equal(status, 0);
  const [stored] = (await pipeline.records()).filter(({ imageId }) => imageId === taxiId);
  assert.deepEqual(JSON.parse(output), stored);
});

describe('--save', () => {
  test('writes the picture with the box drawn on it', async () => {
    const file = path.join(directory, 'taxi.jpg');
    const { errors, status } = await show(taxiId, '--save', file);
    assert.deepEqual([errors, status], [`The picture is in ${file}.\n`, 0]);
    const { width, height, data } = decode(await readFile(file), { useTArray: true });
    assert.deepEqual([width, height], [1280, 720]);
    const [red = 0, green = 0, blue = 0] = data.subarray((488 * width + 880) * 4);
    assert.ok(green > red + 60 && green > blue + 60, `no green edge: ${red} ${green} ${blue}`);
  });

  test('never draws on bytes that have overwritten those of the record', async () => {
    const image = { bucket: quietBucket, key: 'overwritten.png', etag: '0'.repeat(32) };
    const imageId = `s3://${quietBucket}/overwritten.png?etag=${image.etag}`;
    await putRecords(pipeline.stack, { plate: '12가3456', imageId, ...image });
    await pipeline.uploadQuietly(image.key, readSample('day.jpg'));

    const file = path.join(directory, 'overwritten.jpg');
    const { errors, status } = await show(imageId, '--save', file);
    assert.equal(errors, 'error: The picture has been overwritten, and its bucket keeps no versions.\n');
    assert.equal(status, 1);
    assert.deepEqual(await readdir(directory).then((names) => names.includes('overwritten.jpg')), false);
  });

  test('says that a picture has been deleted', async () => {
    const imageId = `s3://${quietBucket}/deleted.png?etag=1`;
    await putRecords(pipeline.stack, {
      plate: '12가3456',
      imageId,
      bucket: quietBucket,
      key: 'deleted.png',
      etag: '1',
    });
    const { errors, status } = await show(imageId, '--save', path.join(directory, 'deleted.jpg'));
    assert.deepEqual([errors, status], ['error: The picture has been deleted.\n', 1]);
  });

  test('does not load an object that is too large for a picture', async () => {
    const {
      s3: { object },
    } = await pipeline.uploadQuietly('film.jpg', Buffer.alloc(32 * 1024 * 1024 + 1));
    const imageId = `s3://${quietBucket}/film.jpg?etag=${object.eTag}`;
    const image = { bucket: quietBucket, key: 'film.jpg', etag: object.eTag };
    await putRecords(pipeline.stack, { plate: '12가3456', imageId, ...image });
    const { errors, status } = await show(imageId, '--save', path.join(directory, 'film.jpg'));
    assert.deepEqual(
      [errors, status],
      ['error: The object has 33554433 bytes; at most 33554432 are read.\n', 1],
    );
  });

  test('says that S3 did not send the whole picture, and writes no file', async (t) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half of it', () => response.destroy());
    });
    const s3 = await listenOnLoopback(server, 0);
    t.onTestFinished(() => s3.stop());
    const file = path.join(directory, 'half.jpg');
    const env = { ...environment, AWS_ENDPOINT_URL_S3: s3.url, AWS_ENDPOINT_URL: pipeline.stack.gateway.url };
    const { errors, status } = await runPlateline(['show', taxiId, '--save', file, '--stage', 'local'], {
      env,
    });
    assert.deepEqual([errors, status], ['error: S3 did not send the whole picture; try again.\n', 1]);
    assert.equal(existsSync(file), false);
  });

  test('names a file that cannot be written', async () => {
    const file = path.join(directory, 'missing', 'taxi.jpg');
    const { errors, status } = await show(taxiId, '--save', file);
    assert.match(errors, /^error: \S+taxi\.jpg cannot be written: .*\n$/);
    assert.equal(status, 1);
  });

  test('refuses a file name that is not one of a JPEG', async () => {
    const { errors, status } = await show(taxiId, '--save', path.join(directory, 'taxi.png'));
    assert.match(errors, /its name must end in \.jpg/);
    assert.equal(status, 2);
  });
});

test('the record of a file that is not a picture is shown with its reason, and --save fails', async () => {
  const key = 'notes.jpg';
  await pipeline.upload(key, Buffer.from('no picture'));
  await pipeline.recordOf(key, isFinal);
  const uri = `s3://${pipeline.stack.bucket}/${key}`;
  const { output, errors, status } = await show(uri, '--save', path.join(directory, 'notes.jpg'));
  assert.match(output, /^reason +UNKNOWN_FILE_TYPE: The bytes are no picture of a known type\.$/m);
  assert.deepEqual(
    [errors, status],
    [
      'error: The bytes are no picture of a known type. Nothing can be drawn on it; --save-original saves it as it is.\n',
      1,
    ],
  );
});

test('--save-original writes the untouched bytes, of whatever they are', async () => {
  const key = 'film.gif';
  const bytes = Buffer.from('GIF89a, as it was uploaded');
  await pipeline.upload(key, bytes);
  await pipeline.recordOf(key, isFinal);
  const file = path.join(directory, 'film.gif');
  const { errors, status } = await show(`s3://${pipeline.stack.bucket}/${key}`, '--save-original', file);
  assert.deepEqual([errors, status], [`The original picture is in ${file}.\n`, 0]);
  assert.deepEqual(await readFile(file), bytes);
});

test('the error for a deleted object explains how to show its record', async () => {
  const target = { Bucket: quietBucket, Key: 'gone.jpg' };
  await pipeline.s3.send(new PutObjectCommand({ ...target, Body: 'x' }));
  await pipeline.s3.send(new DeleteObjectCommand(target));
  const { errors, status } = await show(`s3://${quietBucket}/gone.jpg`);
  assert.match(
    errors,
    /^error: There is no object s3:\/\/quiet-bucket\/gone\.jpg now\. .* whole imageId\.\n$/,
  );
  assert.equal(status, 1);
});

test('the record of a key that looks like an image id is found', async () => {
  const key = 'k/q?versionId=1.jpg';
  await pipeline.upload(key, readSample('day.jpg'));
  await pipeline.recordOf(key, isFinal);
  const { output, errors, status } = await show(`s3://${pipeline.stack.bucket}/${key}`);
  assert.deepEqual([errors, status], ['', 0]);
  assert.match(output, /^key +k\/q\?versionId=1\.jpg$/m);
});

test('the record of an object is found by either Unicode form of its key, and by that of its imageId', async () => {
  const key = '후문/1.jpg'.normalize('NFD');
  await pipeline.upload(key, readSample('day.jpg'));
  const { imageId } = await pipeline.recordOf(key, isFinal);
  for (const address of [
    `s3://${pipeline.stack.bucket}/후문/1.jpg`,
    String(imageId).replace(encodeURIComponent('후문'.normalize('NFD')), encodeURIComponent('후문')),
  ]) {
    const { output, errors } = await show(address);
    assert.equal(errors, '');
    assert.match(output, /^camera +후문$/m);
  }
});

test('an object without a record is an error', async () => {
  await pipeline.uploadQuietly('unread.jpg', readSample('day.jpg'));
  const { errors, status } = await show(`s3://${quietBucket}/unread.jpg`);
  assert.match(
    errors,
    /^error: The table plateline-local-readings has no record of s3:\/\/quiet-bucket\/unread/,
  );
  assert.equal(status, 1);
});

test('an argument that is not an address is refused', async () => {
  const { errors, status } = await show('gate-north/1.jpg');
  assert.match(errors, /must be an imageId or s3:\/\/bucket\/key/);
  assert.equal(status, 2);
});

test('a record cannot control the terminal', async () => {
  const imageId = `s3://${quietBucket}/evil.jpg?etag=1`;
  await putRecords(pipeline.stack, { plate: '12가\u001b[2J3456', imageId, camera: 'a\u202eb' });
  const { output } = await show(imageId);
  assert.match(output, /^plate +12가\\u\{1b\}\[2J3456$/m);
  const json = z.object({ camera: z.string() }).parse(JSON.parse((await show(imageId, '--json')).output));
  assert.equal(json.camera, 'a\u202eb');
});
