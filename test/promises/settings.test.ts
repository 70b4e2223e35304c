import assert from 'node:assert/strict';
import { test } from 'vitest';
import { pictureOf, startPipeline } from './pipeline.ts';

test('missing and wrong settings stop the function at its start, with one message that names every fault', async (t) => {
  const pipeline = await startPipeline({
    polling: false,
    environment: {
      READINGS_TABLE: '',
      USAGE_TABLE: '',
      OCR_BASE_URL: 'http://ocr.example.com',
      SECRET_TTL_SECONDS: 'soon',
      OCR_CONCURRENCY: '0',
      KEY_TEMPLATE: '{kamera}/*',
    },
  });
  t.onTestFinished(() => pipeline.stop());
  const result = await pipeline.stack.functionOf('read-plate').createSandbox().invoke({ Records: [] });
  for (const name of [
    'READINGS_TABLE',
    'USAGE_TABLE',
    'OCR_BASE_URL',
    'SECRET_TTL_SECONDS',
    'OCR_CONCURRENCY',
    'KEY_TEMPLATE',
  ]) {
    assert.ok(result.kind === 'threw' && result.error.includes(name), name);
  }
});

test('and the picture it was called for stays in the queue', async (t) => {
  const pipeline = await startPipeline({ environment: { READINGS_TABLE: '' } });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('waits.png', pictureOf('11가1111'));
  // The other one is the event that S3 sends to try the notification.
  await pipeline.messagesWaiting(2);
  assert.deepEqual(await pipeline.records(), []);
});
