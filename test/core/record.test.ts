import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { announcedAttributes, finalAttributes } from '../../functions/core/record.ts';
import { makeImage } from '../fakes/images.ts';
import { makeJpeg } from '../fakes/pictures.ts';

const nowMs = Date.parse('2026-11-22T08:15:04.321Z');
const retentionDays = 90;
const expiresAt = Date.parse('2027-02-20T08:15:04Z') / 1000;
const capture = { camera: 'gate', capturedAt: '2026-11-22T08:14:00.000Z' };
const box = { x1: 10, y1: 20, x2: 90, y2: 20, x3: 90, y3: 40, x4: 10, y4: 40 };
const otherBox = { ...box, x1: 11 };
const reason = { code: 'CODE', message: 'A sentence.' };
const bytes = makeJpeg(1920, 1080);
const picture = { bytes, fileType: 'jpeg', width: 1920, height: 1080 } as const;

test('an announced picture has what its event says, and when it may be deleted', () => {
  assert.deepEqual(announcedAttributes(makeImage(), capture, nowMs, retentionDays), {
    bucket: 'pictures',
    key: 'gate/1.jpg',
    versionId: 'v1',
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: 1000,
    uploadedAt: '2026-11-22T08:15:00.000Z',
    camera: 'gate',
    capturedAt: '2026-11-22T08:14:00.000Z',
    expiresAt,
  });
});

test('what the event does not say is absent', () => {
  const image = { imageId: 'i', bucket: 'b', key: 'k', uploadedAt: '2026-11-22T08:15:00.000Z' };
  assert.deepEqual(announcedAttributes(image, { capturedAt: image.uploadedAt }, nowMs, retentionDays), {
    bucket: 'b',
    key: 'k',
    uploadedAt: '2026-11-22T08:15:00.000Z',
    capturedAt: '2026-11-22T08:15:00.000Z',
    expiresAt,
  });
});

test('a read picture shows its best read, and all that came back in the order of the vendor', () => {
  const first = { plate: '123가4567', confidence: 0.4, box: otherBox };
  const best = { plate: '서울 12바 5215', confidence: 0.93, box };
  const outcome = { kind: 'read', plates: [first, best], resolution: 'normal' } as const;
  assert.deepEqual(finalAttributes(outcome, picture, capture, nowMs, retentionDays), {
    status: 'READ',
    plate: '서울 12바 5215',
    confidence: 0.93,
    box,
    plates: [first, best],
    plateKey: '서울12바5215',
    resolution: 'normal',
    fileType: 'jpeg',
    width: 1920,
    height: 1080,
    sizeBytes: bytes.length,
    camera: 'gate',
    capturedAt: '2026-11-22T08:14:00.000Z',
    readAt: '2026-11-22T08:15:04.321Z',
    expiresAt,
  });
});

test('a plate of which nothing is left to search for has no plateKey', () => {
  const outcome = { kind: 'read', plates: [{ plate: ' - ', confidence: 0.1, box }] } as const;
  assert.ok(!('plateKey' in finalAttributes(outcome, picture, capture, nowMs, retentionDays)));
});

describe('a picture without a read has its status and reason, and nothing of a plate:', () => {
  for (const [kind, status] of [
    ['no-plate', 'NO_PLATE'],
    ['unreadable', 'UNREADABLE'],
    ['rejected', 'REJECTED'],
    ['gone', 'GONE'],
  ] as const) {
    test(status, () => {
      assert.deepEqual(finalAttributes({ kind, reason }, undefined, capture, nowMs, retentionDays), {
        status,
        reason,
        camera: 'gate',
        capturedAt: '2026-11-22T08:14:00.000Z',
        readAt: '2026-11-22T08:15:04.321Z',
        expiresAt,
      });
    });
  }
});

test('a picture without a plate still says its resolution', () => {
  const outcome = { kind: 'no-plate', reason, resolution: 'low' } as const;
  assert.equal(finalAttributes(outcome, picture, capture, nowMs, retentionDays).resolution, 'low');
});
