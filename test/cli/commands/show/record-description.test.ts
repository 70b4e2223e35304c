import assert from 'node:assert/strict';
import { test } from 'vitest';
import { describeRecord } from '../../../../cli/commands/show/record-description.ts';

const box = { x1: 1, y1: 2, x2: 3, y2: 4, x3: 5, y3: 6, x4: 7, y4: 8 };

test('every attribute of a record is described, even one that this version does not know', () => {
  const rows = describeRecord({
    imageId: 's3://bucket/1.jpg?etag=1',
    status: 'READ',
    plate: 'I2가3456',
    box,
    plates: [
      { plate: 'I2가3456', confidence: 0.9, box },
      { plate: '바5215', confidence: 0.5, box },
    ],
    plateKey: '12가3456',
    plateCorrections: [{ at: 0, from: 'I', to: '1' }],
    plateFaults: ['one', 'two'],
    reason: { code: 'EMPTY', message: 'The object is empty.' },
    bucket: 'bucket',
    key: '1.jpg',
    capturedAt: '2026-11-22T08:15:00.000Z',
    capturedAtFault: { code: 'AFTER_UPLOAD', source: 'exif', text: '2099-01-01T00:00:00.000Z' },
    uploadedAt: '2026-11-22T08:15:01.000Z',
    claimUntil: 0,
    expiresAt: 1_795_000_000,
    fromTomorrow: { colour: 'white' },
  });
  assert.deepEqual(rows, [
    ['imageId', 's3://bucket/1.jpg?etag=1'],
    ['status', 'READ'],
    ['plate', 'I2가3456'],
    ['box', '1,2 3,4 5,6 7,8'],
    ['plates', 'I2가3456 0.9 1,2 3,4 5,6 7,8'],
    ['', '바5215 0.5 1,2 3,4 5,6 7,8'],
    ['plateKey', '12가3456'],
    ['plateCorrections', 'I → 1 as character 1'],
    ['plateFaults', 'one'],
    ['', 'two'],
    ['reason', 'EMPTY: The object is empty.'],
    ['bucket', 'bucket'],
    ['key', '1.jpg'],
    ['capturedAt', '2026-11-22T08:15:00.000Z (2026-11-22 17:15:00 in Korea)'],
    ['capturedAtFault', 'AFTER_UPLOAD: the source exif says 2099-01-01T00:00:00.000Z'],
    ['uploadedAt', '2026-11-22T08:15:01.000Z (2026-11-22 17:15:01 in Korea)'],
    ['claimUntil', '0'],
    ['expiresAt', '1795000000 (2026-11-18 20:06:40 in Korea)'],
    ['fromTomorrow', '{"colour":"white"}'],
  ]);
});

test('an invalid time is shown unchanged', () => {
  const rows = describeRecord({
    imageId: 'i',
    status: 'PENDING',
    bucket: 'b',
    key: 'k',
    capturedAt: 'soon',
    uploadedAt: 'now',
  });
  assert.deepEqual(rows.at(-1), ['uploadedAt', 'now']);
});
