import assert from 'node:assert/strict';
import { test } from 'vitest';
import { recordRow } from '../../../infra/local/record-rows.ts';

const rejected = {
  imageId: 's3://bucket/key?etag=1',
  status: 'REJECTED',
  bucket: 'bucket',
  key: '1.jpg',
  capturedAt: '2026-11-22T08:15:00.000Z',
  reason: { code: 'EMPTY', message: 'The object is empty.' },
  uploadedAt: '2026-11-22T08:15:00.000Z',
  readAt: '2026-11-22T08:15:00.250Z',
} as const;

test('a row shows the time from upload to record, and why there is no plate', () => {
  assert.match(recordRow(rejected), /^1\.jpg +REJECTED +250 The object is empty\.$/);
});

const controls = {
  'a key that clears the terminal': ['\u001b[2J', '\\u{1b}[2J'],
  'a key with line breaks': ['a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
  'a key with a control character of one byte': ['\u009b2J', '\\u{9b}2J'],
  'a key that reverses the direction of writing': ['a\u202egpj', 'a\\u{202e}gpj'],
};
for (const [what, [key = '', shown = '']] of Object.entries(controls)) {
  test(`${what} is shown escaped`, () => {
    const row = recordRow({ ...rejected, key });
    assert.equal(row.slice(0, shown.length), shown);
    assert.doesNotMatch(row, /[\p{Cc}\u2028\u202e]/u);
  });
}

test('a plate and a reason are shown escaped too', () => {
  const reason = { code: 'OTHER', message: '\u001b[31m' };
  assert.doesNotMatch(recordRow({ ...rejected, plate: '\u0007', reason }), /\p{Cc}/u);
});
