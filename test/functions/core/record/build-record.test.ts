import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { rulesVersion } from '../../../../functions/core/plate/plate-rules.ts';
import {
  announcedRecord,
  finalRecord,
  plateAttributes,
} from '../../../../functions/core/record/build-record.ts';
import { makeUploadedObject } from '../../../fakes/uploaded-objects.ts';
import { makeJpeg } from '../../../fakes/pictures.ts';

const nowMs = Date.parse('2026-11-22T08:15:04.321Z');
const retentionDays = 90;
const settings = { retentionDays, reviewBelowConfidence: 0.8 };
const expiresAt = Date.parse('2027-02-20T08:15:04Z') / 1000;
const capture = {
  camera: 'gate',
  capturedAt: '2026-11-22T08:14:00.000Z',
  capturedAtSource: 'key',
} as const;
const box = { x1: 10, y1: 20, x2: 90, y2: 20, x3: 90, y3: 40, x4: 10, y4: 40 };
const otherBox = { ...box, x1: 11 };
const reason = { code: 'CODE', message: 'A sentence.' };
const bytes = makeJpeg(1920, 1080);
const picture = { sizeBytes: bytes.length, fileType: 'jpeg', width: 1920, height: 1080 } as const;

test('an announced picture has what its event says, and when it may be deleted', () => {
  assert.deepEqual(announcedRecord(makeUploadedObject(), capture, nowMs, retentionDays), {
    bucket: 'pictures',
    key: 'gate/1.jpg',
    versionId: 'v1',
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: 1000,
    uploadedAt: '2026-11-22T08:15:00.000Z',
    camera: 'gate',
    capturedAt: '2026-11-22T08:14:00.000Z',
    capturedAtSource: 'key',
    expiresAt,
  });
});

test('what the event does not say is absent', () => {
  const object = { imageId: 'i', bucket: 'b', key: 'k', uploadedAt: '2026-11-22T08:15:00.000Z' };
  assert.deepEqual(announcedRecord(object, capture, nowMs, retentionDays), {
    bucket: 'b',
    key: 'k',
    uploadedAt: '2026-11-22T08:15:00.000Z',
    ...capture,
    expiresAt,
  });
});

test('a read picture shows its best read, and all that came back in the order of the vendor', () => {
  const first = { plate: '123가4567', confidence: 0.4, box: otherBox };
  const best = { plate: '서울 12바 5215', confidence: 0.93, box };
  const outcome = { kind: 'read', plates: [first, best], resolution: 'normal' } as const;
  assert.deepEqual(finalRecord(outcome, picture, capture, nowMs, settings), {
    status: 'READ',
    plate: '서울 12바 5215',
    confidence: 0.93,
    box,
    plates: [first, best],
    plateKey: '서울12바5215',
    plateClass: 'commercial',
    region: '서울',
    vehicleKind: 'car',
    verdict: 'valid',
    rulesVersion,
    needsReview: false,
    lastFour: '5215',
    resolution: 'normal',
    fileType: 'jpeg',
    width: 1920,
    height: 1080,
    sizeBytes: bytes.length,
    camera: 'gate',
    capturedAt: '2026-11-22T08:14:00.000Z',
    capturedAtSource: 'key',
    readAt: '2026-11-22T08:15:04.321Z',
    expiresAt,
  });
});

describe('what the rules say of a plate:', () => {
  const attributesOf = (plate: string, confidence = 0.9) =>
    plateAttributes({ plate, confidence }, settings.reviewBelowConfidence);

  test('the record has the replaced look-alikes besides the form for search', () => {
    const { plateKey, plateCorrections } = attributesOf('12가345O');
    assert.deepEqual([plateKey, plateCorrections], ['12가3450', [{ at: 6, from: 'O', to: '0' }]]);
  });

  test('the record has the faults in words', () => {
    const { verdict, plateFaults } = attributesOf('12가0000');
    assert.deepEqual([verdict, plateFaults], ['suspect', ['the serial 0000 does not exist']]);
  });

  test('an ordinary plate has neither corrections nor faults nor a region', () => {
    assert.deepEqual(attributesOf('123가4567'), {
      plateKey: '123가4567',
      plateClass: 'private',
      vehicleKind: 'car',
      verdict: 'valid',
      rulesVersion,
      needsReview: false,
      lastFour: '4567',
    });
  });

  test('a plate without anything to search for has neither plateKey nor last four digits', () => {
    const attributes = attributesOf(' - ');
    assert.ok(!('plateKey' in attributes) && !('lastFour' in attributes));
  });

  for (const plate of ['123가456', '12가34A6', '외교', '１２']) {
    test(`a plate that does not end in four digits has no last four: ${plate}`, () => {
      assert.ok(!('lastFour' in attributesOf(plate)));
    });
  }
});

describe('a read', () => {
  const needsReview = (plate: string, confidence: number) =>
    plateAttributes({ plate, confidence }, 0.8).needsReview;

  test('of a valid plate needs no review from the confidence on that is set', () => {
    assert.deepEqual([needsReview('123가4567', 0.8), needsReview('123가4567', 0.799)], [false, true]);
  });

  for (const [what, plate] of [
    ['a suspect plate', '123바4567'],
    ['a part of a plate', '바5215'],
  ] as const) {
    test(`of ${what} always needs review`, () => {
      assert.equal(needsReview(plate, 1), true);
    });
  }
});

describe('a picture without a read has its status and reason, and nothing of a plate:', () => {
  for (const [kind, status] of [
    ['no-plate', 'NO_PLATE'],
    ['unreadable', 'UNREADABLE'],
    ['rejected', 'REJECTED'],
    ['gone', 'GONE'],
    ['unavailable', 'UNAVAILABLE'],
  ] as const) {
    test(status, () => {
      assert.deepEqual(finalRecord({ kind, reason }, undefined, capture, nowMs, settings), {
        status,
        reason,
        camera: 'gate',
        capturedAt: '2026-11-22T08:14:00.000Z',
        capturedAtSource: 'key',
        readAt: '2026-11-22T08:15:04.321Z',
        expiresAt,
      });
    });
  }
});

test('a picture without a plate still says its resolution', () => {
  const outcome = { kind: 'no-plate', reason, resolution: 'low' } as const;
  assert.equal(finalRecord(outcome, picture, capture, nowMs, settings).resolution, 'low');
});
