import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { PictureRecord } from '../../../../functions/core/record/record.ts';
import { createNewReadings } from '../../../../cli/commands/tail/new-readings.ts';

const since = '2026-11-22T08:00:00.000Z';

const claimed: PictureRecord = {
  imageId: 's3://bucket/1.jpg?etag=1',
  status: 'PENDING',
  bucket: 'bucket',
  key: '1.jpg',
  capturedAt: '2026-11-22T08:15:00.000Z',
  uploadedAt: '2026-11-22T08:15:01.000Z',
};
const read: PictureRecord = { ...claimed, status: 'READ', readAt: '2026-11-22T08:15:02.000Z' };
const waiting: PictureRecord = {
  ...claimed,
  reason: { code: 'S3_SLOWDOWN', message: 'S3 asks to slow down.' },
};

function tellAll(...looks: PictureRecord[]): PictureRecord[] {
  const news = createNewReadings();
  return looks.flatMap((reading) => news.take([reading], since));
}

test('a final record is told once', () => {
  assert.deepEqual(tellAll(read, read, read), [read]);
});

test('a picture that is being read is told only when it is done', () => {
  assert.deepEqual(tellAll(claimed, claimed, read), [read]);
});

test('a picture that waits is told once for each reason, and when it is done', () => {
  const otherwise: PictureRecord = {
    ...waiting,
    reason: { code: 'QUOTA_USED_UP', message: 'The quota is used up.' },
  };
  assert.deepEqual(tellAll(waiting, waiting, otherwise, otherwise, read), [waiting, otherwise, read]);
});

test('an index that shows an older state for a moment brings nothing anew', () => {
  assert.deepEqual(tellAll(waiting, read, waiting, read), [waiting, read]);
});

test('a record that an index leaves out for a moment is not told again', () => {
  const news = createNewReadings();
  news.take([read], since);
  news.take([], since);
  assert.deepEqual(news.take([read], since), []);
});

test('what was captured before the span is forgotten, so that memory does not grow', () => {
  const news = createNewReadings();
  news.take([read], since);
  news.take([], '2026-11-22T09:00:00.000Z');
  assert.deepEqual(news.take([read], since), [read]);
});

test('what came in one look is told in the order in which it was read', () => {
  const later: PictureRecord = {
    ...read,
    imageId: 's3://bucket/2.jpg?etag=2',
    readAt: '2026-11-22T08:15:03.000Z',
  };
  assert.deepEqual(createNewReadings().take([later, read], since), [read, later]);
});
