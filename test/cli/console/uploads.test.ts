import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { maxPictureBytes } from '../../../functions/core/picture/picture.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from '../../promises/pipeline.ts';
import { startReaderAndWriter, type ReaderAndWriter } from './pipeline-console.ts';
import type { RawClient } from './raw-client.ts';

describe('Upload in the console', () => {
  let pipeline: Pipeline;
  let consoles: ReaderAndWriter;
  let reader: RawClient;
  let writer: RawClient;

  beforeAll(async () => {
    pipeline = await startPipeline();
    consoles = await startReaderAndWriter(pipeline.stack);
    ({ reader, writer } = consoles);
  });
  afterAll(async () => {
    await consoles.close();
    await pipeline.stop();
  });

  const address = (query: Readonly<Record<string, string>>) =>
    `/api/uploads?${new URLSearchParams(query).toString()}`;

  test('a photo is read like that of a camera, under its own key, whatever its name is', async () => {
    const name = '../../정문\u0000<img src=x>\ud800.png';
    for (const camera of ['후문', '=?UTF-8?B?']) {
      const { status, json } = await writer('POST', address({ name, camera }), pictureOf('12가3456'));
      assert.equal(status, 200, JSON.stringify(json));
      const { imageId } = z.object({ imageId: z.string() }).parse(json);
      const key = decodeURIComponent(new URL(imageId).pathname.slice(1));
      assert.match(key, /^console\/\d{4}-\d\d-\d\d\/[0-9a-f]{12}-\.\.-\.\.-정문-<img src=x>.*\.png$/);
      const stored = await pipeline.recordOf(key, isFinal);
      assert.deepEqual(
        [stored['imageId'], stored['status'], stored['camera'], stored['plate']],
        [imageId, 'READ', camera, '12가3456'],
      );
    }
  });

  test('what is no picture, or too large, never reaches the bucket', async () => {
    const before = (await pipeline.records()).length;
    for (const [bytes, code] of [
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'NO_PICTURE_FILE'],
      [new Uint8Array(), 'NO_PICTURE_FILE'],
      [Buffer.alloc(maxPictureBytes + 1, pictureOf('12가3456')), 'TOO_LARGE'],
    ] as const) {
      const { status, json } = await writer('POST', address({ name: 'photo.jpg' }), bytes);
      assert.equal(status, 400);
      assert.match(JSON.stringify(json), new RegExp(code));
    }
    assert.equal((await writer('POST', address({ name: 'x'.repeat(301) }), pictureOf())).status, 400);
    assert.equal((await writer('POST', '/api/uploads', pictureOf())).status, 400);
    assert.equal((await pipeline.records()).length, before);
  });

  test('a console that only reads takes no photo', async () => {
    const { status, json } = await reader('POST', address({ name: 'photo.png' }), pictureOf('12가3456'));
    assert.equal(status, 403);
    assert.match(JSON.stringify(json), /READ_ONLY/);
  });
});
