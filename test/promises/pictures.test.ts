import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { makeJpegOfSize, readSample } from '../../infra/local/samples/samples.ts';
import { addExifToPng, makeExif } from '../fakes/exif.ts';
import { isFinal, pictureOf, reasonCodeOf, startPipeline, type Pipeline } from './pipeline.ts';

const maxBytes = 5 * 1024 * 1024;
const cutWebp = Buffer.from('524946461a000000574542505650384c', 'hex');

const refused = {
  'a GIF named .jpg': { key: 'gif.jpg', bytes: readSample('gif-named.jpg'), code: 'UNKNOWN_FILE_TYPE' },
  'a WebP cut within its header': { key: 'cut.webp', bytes: cutWebp, code: 'UNREADABLE_HEADER' },
  'text named .png': { key: 'text.png', bytes: Buffer.from('not a picture'), code: 'UNKNOWN_FILE_TYPE' },
  'a JPEG cut within its header': {
    key: 'cut.jpg',
    bytes: readSample('truncated.jpg'),
    code: 'UNREADABLE_HEADER',
  },
  'a PNG cut within its header': {
    key: 'cut.png',
    bytes: pictureOf('1').subarray(0, 20),
    code: 'UNREADABLE_HEADER',
  },
  'an empty file': { key: 'empty.jpg', bytes: Buffer.alloc(0), code: 'EMPTY' },
  'one byte more than 32 MB': {
    key: 'large.jpg',
    bytes: makeJpegOfSize(32 * 1024 * 1024 + 1),
    code: 'TOO_LARGE',
  },
};

describe('what is no picture of at most 32 MB is rejected without a call, and costs its batch nothing', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false });
    for (const { key, bytes } of Object.values(refused)) await pipeline.upload(key, bytes);
    await pipeline.upload('neighbour.gif', pictureOf('11가1111'));
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  for (const [name, { key, code }] of Object.entries(refused)) {
    test(name, async () => {
      const record = await pipeline.recordOf(key, isFinal);
      assert.deepEqual([record['status'], reasonCodeOf(record)], ['REJECTED', code]);
    });
  }

  test('the picture next to them is read, although it is named .gif', async () => {
    assert.equal((await pipeline.recordOf('neighbour.gif', isFinal))['status'], 'READ');
  });

  test('and is the only one that was sent', async () => {
    await pipeline.queueIsEmpty();
    assert.equal(pipeline.stack.vehiclePlateEndpoint.calls.length, 1);
  });

  test('what the event shows as too large or empty is not even fetched', () => {
    const fetched = pipeline.stack.s3.requests
      .filter(({ method }) => method === 'GET')
      .map(({ rawUrl }) => rawUrl);
    assert.equal(
      fetched.some((url) => url.includes('large.jpg') || url.includes('empty.jpg')),
      false,
    );
    assert.equal(
      fetched.some((url) => url.includes('gif.jpg')),
      true,
    );
  });
});

test('a picture of 5 MB less the form around it is read as it is, and arrives whole', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('large.jpg', makeJpegOfSize(maxBytes - 1024));
  const record = await pipeline.recordOf('large.jpg', isFinal);
  assert.deepEqual(
    [record['status'], record['plate'], record['sizeBytes']],
    ['READ', '123가4567', maxBytes - 1024],
  );
});

test('a picture that only itself says when it was taken has that time in its record, and where it came from', async (t) => {
  const pipeline = await startPipeline({ uploadTimeOf: () => new Date('2026-11-22T09:00:00Z') });
  t.onTestFinished(() => pipeline.stop());
  const exif = makeExif({
    dateTimeOriginal: '2026:11:22 17:15:04',
    offsetTimeOriginal: '+09:00',
    subSecTimeOriginal: '25',
  });
  await pipeline.upload('1.png', addExifToPng(pictureOf('11가1111'), exif));
  const { capturedAt, capturedAtSource, camera } = await pipeline.recordOf('1.png', isFinal);
  assert.deepEqual([capturedAt, capturedAtSource, camera], ['2026-11-22T08:15:04.250Z', 'exif', '/']);
});
