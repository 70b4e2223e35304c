import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isFinal, pictureOf, plateBox, reasonCodeOf, startPipeline, type Pipeline } from './pipeline.ts';

describe('with General OCR', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ environment: { READER: 'general-ocr' } });
  });
  afterAll(() => pipeline.stop());

  test('a plate whose parts are texts of their own is read with one call, and its box is whole', async () => {
    await pipeline.upload('car.png', pictureOf('12가3456'));
    const record = await pipeline.recordOf('car.png', isFinal);
    const { status, plate, verdict, calls, box } = record;
    assert.deepEqual([status, plate, verdict, calls], ['READ', '12가3456', 'valid', 1]);
    assert.deepEqual(box, plateBox);
  });

  test('a picture with other texts only has no plate', async () => {
    const sign = { plate: '공사중', confidence: 0.99, box: plateBox };
    await pipeline.upload('sign.png', pictureOf(sign));
    assert.equal((await pipeline.recordOf('sign.png', isFinal))['status'], 'NO_PLATE');
  });

  test('a reply of the vehicle-plate API breaks the contract', async () => {
    const header = { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' };
    const body = JSON.stringify({ header, result: { values: [], boxes: [] } });
    pipeline.stack.vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'reply', body } });
    await pipeline.upload('broken.png', pictureOf('12가3457'));
    const waiting = await pipeline.recordOf('broken.png', (record) => reasonCodeOf(record) !== undefined);
    assert.equal(reasonCodeOf(waiting), 'BROKEN_CONTRACT');
  });
});
