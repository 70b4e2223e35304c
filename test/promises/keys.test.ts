import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isFinal, pictureOf, startPipeline, type Pipeline } from './pipeline.ts';

const keys = {
  'a space': 'gate north/a b.png',
  'a plus sign': 'gate/a+b.png',
  'a percent-encoded plus sign': 'gate/a%2Bb.png',
  'a percent sign': 'gate/100%.png',
  hangul: '정문/한글 이름.png',
  'hangul in parts': '정문/한글 이름.png'.normalize('NFD'),
  emoji: 'gate/🚗🚙.png',
  quotes: `gate/"double" 'single' \`back\`.png`,
  'line breaks': 'gate/one\r\nSet-Cookie: two\nthree.png',
  'dots that go up': 'gate/../../etc/passwd.png',
  'a query and a fragment': 'gate/a?versionId=b#c&d=e.png',
  'the name of a prototype': '__proto__/constructor.png',
  'right-to-left marks': 'gate/\u202Egnp.\u200F.png',
  '1,024 bytes of hangul': `${'가'.repeat(340)}.png`,
  '1,024 bytes of emoji': `${'🚗'.repeat(255)}.png`,
  'no folder and no ending': 'picture',
};

describe('a picture is read whatever its key contains, and its record has the key as it is', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline();
    await Promise.all(
      Object.values(keys).map((key, index) => pipeline.upload(key, pictureOf(`${10 + index}가0001`))),
    );
  });
  afterAll(() => pipeline.stop());

  for (const [index, [name, key]] of Object.entries(keys).entries()) {
    test(name, async () => {
      const record = await pipeline.recordOf(key, isFinal);
      assert.equal(record['plate'], `${10 + index}가0001`);
    });
  }

  test('each has an imageId of its own', async () => {
    const imageIds = (await pipeline.records()).map(({ imageId }) => imageId);
    assert.equal(new Set(imageIds).size, Object.keys(keys).length);
  });

  test('and the file name that is sent is always the same', () => {
    const fileNames = pipeline.stack.vehiclePlateEndpoint.calls.map(({ fileName }) => fileName);
    assert.deepEqual([...new Set(fileNames)], ['picture.png']);
  });

  test('and each line of the log is JSON', () => {
    assert.ok(pipeline.log.length > 0);
    for (const line of pipeline.log) assert.doesNotThrow(() => JSON.parse(line), line);
  });
});
