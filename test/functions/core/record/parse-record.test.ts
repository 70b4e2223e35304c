import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseRecord } from '../../../../functions/core/record/parse-record.ts';
import { OutsideError } from '../../../../functions/core/record/reason.ts';

const claimed = {
  imageId: 's3://pictures/gate/1.jpg?etag=0123',
  status: 'PENDING',
  bucket: 'pictures',
  key: 'gate/1.jpg',
  capturedAt: '2026-11-22T08:14:00.000Z',
  uploadedAt: '2026-11-22T08:15:00.000Z',
};
const box = { x1: 10, y1: 20, x2: 90, y2: 20, x3: 90, y3: 40, x4: 10, y4: 40 };

test('a record that lacks what later versions added is a record', () => {
  assert.deepEqual(parseRecord(claimed), claimed);
});

test('an attribute that this version does not know is kept', () => {
  assert.deepEqual(parseRecord({ ...claimed, ofTomorrow: 1 }), { ...claimed, ofTomorrow: 1 });
});

describe('an item is no record, and the error names the attributes that are wrong or missing:', () => {
  const cases = [
    ['an item of the usage table', { day: '2026-11-22', camera: 'gate' }, 'imageId, status, bucket, key,'],
    ['an unknown status', { ...claimed, status: 'LOST' }, 'status'],
    ['a box without a corner', { ...claimed, box: { ...box, y4: undefined } }, 'box.y4'],
    ['an unknown verdict', { ...claimed, verdict: 'good' }, 'verdict'],
  ] as const;
  for (const [what, item, attributes] of cases) {
    test(what, () => {
      assert.throws(
        () => parseRecord(item),
        (error) =>
          error instanceof OutsideError &&
          error.code === 'NOT_A_RECORD' &&
          error.message.includes(`(wrong or missing: ${attributes}`),
      );
    });
  }
});
