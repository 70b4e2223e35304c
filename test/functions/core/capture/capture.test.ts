import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { captureOf } from '../../../../functions/core/capture/capture.ts';
import type { CaptureFromKey } from '../../../../functions/core/capture/key-template.ts';
import { makeUploadedObject } from '../../../fakes/uploaded-objects.ts';

const object = makeUploadedObject({ key: 'site/folder/1.jpg', uploadedAt: '2026-11-22T08:15:00.000Z' });
const template = () => ({ camera: 'from-key', capturedAt: '2026-11-22T08:14:00.000Z' });
const exifMoment = '2026-11-22T08:12:00.000Z';
const metadata = { camera: 'from-metadata', 'captured-at': '2026-11-22T17:13:00+09:00' };

test('the metadata of the object is believed first', () => {
  assert.deepEqual(captureOf(object, template, metadata, exifMoment), {
    camera: 'from-metadata',
    capturedAt: '2026-11-22T08:13:00.000Z',
    capturedAtSource: 'metadata',
  });
});

test('without metadata the key template is believed', () => {
  assert.deepEqual(captureOf(object, template, {}, exifMoment), { ...template(), capturedAtSource: 'key' });
});

test('where neither says a time, the EXIF is believed', () => {
  assert.deepEqual(
    captureOf(object, () => ({ camera: 'from-key' }), { camera: 'from-metadata' }, exifMoment),
    {
      camera: 'from-metadata',
      capturedAt: exifMoment,
      capturedAtSource: 'exif',
    },
  );
});

test('before the object is read, the key template is believed', () => {
  assert.deepEqual(captureOf(object, template), { ...template(), capturedAtSource: 'key' });
});

test('without any of them, the folder is the camera and the upload is the time', () => {
  assert.deepEqual(captureOf(object, undefined, {}), {
    camera: 'site/folder',
    capturedAt: '2026-11-22T08:15:00.000Z',
    capturedAtSource: 'upload',
  });
});

test('a key that the template does not match falls back to folder and upload', () => {
  const noMatch = (): CaptureFromKey => ({});
  assert.deepEqual(captureOf(object, noMatch, {}), captureOf(object, undefined, {}));
});

test('camera and time may come from different sources', () => {
  assert.deepEqual(captureOf(object, template, { camera: 'from-metadata' }), {
    camera: 'from-metadata',
    capturedAt: '2026-11-22T08:14:00.000Z',
    capturedAtSource: 'key',
  });
});

test('the template gets the key of the object', () => {
  const asked: string[] = [];
  const askedAbout = (key: string): CaptureFromKey => {
    asked.push(key);
    return {};
  };
  captureOf(object, askedAbout, {});
  assert.deepEqual(asked, ['site/folder/1.jpg']);
});

for (const key of ['1.jpg', '/1.jpg']) {
  test(`an object at the top of its bucket has the top folder as its camera: ${key}`, () => {
    assert.equal(captureOf(makeUploadedObject({ key }), undefined, {}).camera, '/');
  });
}

test('a camera of spaces counts as absent', () => {
  assert.equal(captureOf(object, template, { camera: '  ' }).camera, 'from-key');
});

test('spaces around a camera are no part of its name', () => {
  assert.equal(captureOf(object, template, { camera: ' gate ' }).camera, 'gate');
});

describe('a captured-at that is not a moment counts as absent:', () => {
  for (const time of [
    'yesterday',
    '2026-11-22',
    '2026-11-22T17:13:00',
    '2026-02-30T00:00:00Z',
    '1795335180',
    '',
  ]) {
    test(JSON.stringify(time), () => {
      assert.equal(
        captureOf(object, template, { 'captured-at': time }).capturedAt,
        '2026-11-22T08:14:00.000Z',
      );
    });
  }
});

test('a camera whose name is not ASCII comes as S3 encodes it, and is decoded', () => {
  for (const camera of [
    '=?UTF-8?B?7KCV66y4?=',
    '=?utf-8?q?=EC=A0=95=EB=AC=B8?=',
    '=?UTF-8?B?7KCV?= =?UTF-8?B?66y4?=',
  ]) {
    assert.equal(captureOf(object, undefined, { camera }).camera, '정문', camera);
  }
});

test('a camera that is too long for the key of a table counts as absent', () => {
  assert.equal(captureOf(object, template, { camera: '가'.repeat(342) }).camera, 'from-key');
});

test('a time that its zone leads out of the years 0 to 9999 counts as absent', () => {
  const later = captureOf(object, template, { 'captured-at': '9999-12-31T23:59:59-23:59' });
  assert.equal(later.capturedAt, '2026-11-22T08:14:00.000Z');
});
