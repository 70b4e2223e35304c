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

function reportAll(...looks: PictureRecord[]): PictureRecord[] {
  const newReadings = createNewReadings();
  return looks.flatMap((reading) => newReadings.take([reading], since));
}

test('a final record is reported once', () => {
  assert.deepEqual(reportAll(read, read, read), [read]);
});

test('a picture in progress is reported only when its record is final', () => {
  assert.deepEqual(reportAll(claimed, claimed, read), [read]);
});

test('a waiting picture is reported once for each reason, and when its record is final', () => {
  const otherwise: PictureRecord = {
    ...waiting,
    reason: { code: 'QUOTA_USED_UP', message: 'The quota is used up.' },
  };
  assert.deepEqual(reportAll(waiting, waiting, otherwise, otherwise, read), [waiting, otherwise, read]);
});

test('an index that returns an older state for a moment causes no second report', () => {
  assert.deepEqual(reportAll(waiting, read, waiting, read), [waiting, read]);
});

test('a record that an index omits for a moment is not reported again', () => {
  const newReadings = createNewReadings();
  newReadings.take([read], since);
  newReadings.take([], since);
  assert.deepEqual(newReadings.take([read], since), []);
});

test('records from before the span are forgotten, so that memory does not grow', () => {
  const newReadings = createNewReadings();
  newReadings.take([read], since);
  newReadings.take([], '2026-11-22T09:00:00.000Z');
  assert.deepEqual(newReadings.take([read], since), [read]);
});

test('the records of one poll are reported in the order of their readAt', () => {
  const later: PictureRecord = {
    ...read,
    imageId: 's3://bucket/2.jpg?etag=2',
    readAt: '2026-11-22T08:15:03.000Z',
  };
  assert.deepEqual(createNewReadings().take([later, read], since), [read, later]);
});
