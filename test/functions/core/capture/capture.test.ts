import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { captureOf } from '../../../../functions/core/capture/capture.ts';
import type { StatedMoment } from '../../../../functions/core/capture/utc-moment.ts';
import { makeUploadedObject } from '../../../fakes/uploaded-objects.ts';

const object = makeUploadedObject({ key: 'site/folder/1.jpg', uploadedAt: '2026-11-22T08:15:00.000Z' });
const template = () => ({ camera: 'from-key', capturedAt: stated('2026-11-22T08:14:00.000Z') });
const captureFromKey = {
  camera: 'from-key',
  capturedAt: '2026-11-22T08:14:00.000Z',
  capturedAtSource: 'key',
} as const;
const exifMoment = stated('2026-11-22T08:12:00.000Z');
const metadata = { camera: 'from-metadata', 'captured-at': '2026-11-22T17:13:00+09:00' };

/** What a source says, whose words are the moment itself. */
function stated(moment: string): StatedMoment {
  return { text: moment, moment };
}

test('the metadata of the object is believed first', () => {
  assert.deepEqual(captureOf(object, template, metadata, exifMoment), {
    camera: 'from-metadata',
    capturedAt: '2026-11-22T08:13:00.000Z',
    capturedAtSource: 'metadata',
  });
});

test('without metadata the key template is believed', () => {
  assert.deepEqual(captureOf(object, template, {}, exifMoment), captureFromKey);
});

test('where neither says a time, the EXIF is believed', () => {
  assert.deepEqual(
    captureOf(object, () => ({ camera: 'from-key' }), { camera: 'from-metadata' }, exifMoment),
    {
      camera: 'from-metadata',
      capturedAt: '2026-11-22T08:12:00.000Z',
      capturedAtSource: 'exif',
    },
  );
});

test('before the object is read, the key template is believed', () => {
  assert.deepEqual(captureOf(object, template), captureFromKey);
});

test('without any of them, the folder is the camera and the upload is the time', () => {
  assert.deepEqual(captureOf(object, undefined, {}), {
    camera: 'site/folder',
    capturedAt: '2026-11-22T08:15:00.000Z',
    capturedAtSource: 'upload',
  });
});

test('a key that the template does not match falls back to folder and upload, and is marked', () => {
  assert.deepEqual(
    captureOf(object, () => undefined),
    {
      ...captureOf(object, undefined),
      keyNotMatched: true,
    },
  );
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
  const askedAbout = (key: string) => {
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

describe('a captured-at that is not a moment is not used, and its words are kept:', () => {
  for (const time of [
    '2026-11-22',
    '2026-11-22T17:13:00',
    '2026-02-30T00:00:00Z',
    '1795335180',
    '9999-12-31T23:59:59-23:59',
  ]) {
    test(JSON.stringify(time), () => {
      assert.deepEqual(captureOf(object, template, { 'captured-at': time }), {
        ...captureFromKey,
        capturedAtFault: { code: 'UNREADABLE', source: 'metadata', text: time },
      });
    });
  }

  test('words that are no part of a time are not kept, since they can be a plate or a secret', () => {
    const { capturedAtFault } = captureOf(object, template, { 'captured-at': '12가3456 at 08:15' });
    assert.equal(capturedAtFault?.text, '12?3456 ?? 08:15');
  });

  test('only the first 64 characters of them', () => {
    const { capturedAtFault } = captureOf(object, template, { 'captured-at': '1'.repeat(2000) });
    assert.equal(capturedAtFault?.text, '1'.repeat(64));
  });

  test('an empty one counts as absent', () => {
    assert.deepEqual(captureOf(object, template, { 'captured-at': ' ' }), captureFromKey);
  });
});

describe('a captured-at is read as people’s tools write it:', () => {
  for (const text of [
    '2026-11-22T17:13:00+09:00',
    '2026-11-22T17:13:00+0900',
    '2026-11-22T17:13:00+09',
    '2026-11-22T08:13:00Z',
    '2026-11-22t08:13:00z',
    '2026-11-22 17:13:00+09:00',
    '2026-11-22 17:13:00 +0900',
    '2026-11-22T17:13+09:00',
    '2026-11-22T08:13:00.000000Z',
    '2026-11-22T08:13:00,0Z',
    '20261122T171300+0900',
    '20261122T0813Z',
    '2026-11-22T17:13:00.000+09:00[Asia/Seoul]',
    ' 2026-11-22T08:13:00Z ',
  ]) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(captureOf(object, undefined, { 'captured-at': text }), {
        camera: 'site/folder',
        capturedAt: '2026-11-22T08:13:00.000Z',
        capturedAtSource: 'metadata',
      });
    });
  }
});

describe('a time that a wrong clock has', () => {
  const uploadedWith = (moment: string) => captureOf(object, undefined, {}, stated(moment));

  for (const [moment, code] of [
    ['1970-01-01T00:00:09.000Z', 'LONG_BEFORE_UPLOAD'],
    ['2026-10-23T08:14:59.999Z', 'LONG_BEFORE_UPLOAD'],
    ['2026-11-23T08:15:00.001Z', 'AFTER_UPLOAD'],
    ['2099-12-31T23:59:59.000Z', 'AFTER_UPLOAD'],
  ] as const) {
    test(`is kept, but the upload gives the order: ${moment}`, () => {
      assert.deepEqual(uploadedWith(moment), {
        camera: 'site/folder',
        capturedAt: object.uploadedAt,
        capturedAtSource: 'upload',
        capturedAtFault: { code, source: 'exif', text: moment },
      });
    });
  }

  for (const moment of ['2026-10-23T08:15:00.000Z', '2026-11-23T08:15:00.000Z']) {
    test(`is not ${moment}, which is 30 days before the upload or a day after it`, () => {
      assert.deepEqual(
        [uploadedWith(moment).capturedAt, uploadedWith(moment).capturedAtFault],
        [moment, undefined],
      );
    });
  }

  test('gives way to that of the next source', () => {
    const { capturedAtFault, ...capture } = captureOf(object, template, {
      'captured-at': '1970-01-01T00:00:00Z',
    });
    assert.deepEqual(capture, captureFromKey);
    assert.equal(capturedAtFault?.code, 'LONG_BEFORE_UPLOAD');
  });

  test('does not matter where a better source has a right one', () => {
    const { capturedAtFault } = captureOf(object, template, {}, stated('1970-01-01T00:00:00.000Z'));
    assert.equal(capturedAtFault, undefined);
  });
});

test('a key that names no possible time is marked, and its camera still counts', () => {
  const impossible = () => ({ camera: 'from-key', capturedAt: { text: '2026-13-45', moment: undefined } });
  assert.deepEqual(captureOf(object, impossible), {
    camera: 'from-key',
    capturedAt: object.uploadedAt,
    capturedAtSource: 'upload',
    capturedAtFault: { code: 'UNREADABLE', source: 'key', text: '2026-13-45' },
  });
});

describe('a camera has one name, whichever Unicode form its uploader uses:', () => {
  for (const [what, key, name] of [
    ['in the folder', '정문/1.jpg'.normalize('NFD'), undefined],
    ['in the metadata', '1.jpg', '정문'.normalize('NFD')],
    [
      'in encoded metadata',
      '1.jpg',
      `=?UTF-8?B?${Buffer.from('정문'.normalize('NFD')).toString('base64')}?=`,
    ],
  ] as const) {
    test(what, () => {
      const uploaded = makeUploadedObject({ key });
      assert.equal(captureOf(uploaded, undefined, name ? { camera: name } : {}).camera, '정문');
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
