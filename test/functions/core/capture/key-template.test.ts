import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseKeyTemplate } from '../../../../functions/core/capture/key-template.ts';

/** Camera and moment; undefined where the key does not match. */
function match(template: string, key: string): { camera?: string; capturedAt?: string } | undefined {
  const parsed = parseKeyTemplate(template);
  assert.equal(parsed.kind, 'template');
  const matched = parsed.match(key);
  if (!matched) return undefined;
  const { camera, capturedAt: { moment } = {} } = matched;
  return { ...(camera && { camera }), ...(moment && { capturedAt: moment }) };
}

const folders = '{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.jpg';

describe('a template reads', () => {
  for (const [what, template, key, capture] of [
    [
      'camera and time',
      folders,
      'gate/2026/11/22/171500.jpg',
      { camera: 'gate', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'a time without seconds',
      '{yyyy}{MM}{dd}-{HH}{mm}.jpg',
      '20261122-1715.jpg',
      { capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    ['only a camera', '{camera}/*', 'gate/1.jpg', { camera: 'gate' }],
    ['a camera in hangul', '{camera}/*', '정문/1.jpg', { camera: '정문' }],
    ['a camera amid a name', 'cam-{camera}_*.jpg', 'cam-07_x.jpg', { camera: '07' }],
    ['past anything in a folder level', '*/{camera}/*.*', 'site/gate/1.v2.jpg', { camera: 'gate' }],
    ['past nothing where * stands', '{camera}/*1.jpg', 'gate/1.jpg', { camera: 'gate' }],
    [
      'signs that mean something in patterns as they are',
      '{camera}/(a+b).[x]$^|\\.jpg',
      'gate/(a+b).[x]$^|\\.jpg',
      { camera: 'gate' },
    ],
  ] as const) {
    test(what, () => {
      assert.deepEqual(match(template, key), capture);
    });
  }
});

describe('a template reads the names that cameras give:', () => {
  for (const [camera, template, key, capture] of [
    [
      'Hikvision: address, channel, time to the millisecond, event',
      '{camera}_*_{yyyy}{MM}{dd}{HH}{mm}{ss}*_*.jpg',
      '192.168.1.64_01_20261122171500123_VEHICLE_DETECTION.jpg',
      { camera: '192.168.1.64', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'Dahua: folders of day and hour, and a file with signs of patterns',
      '{camera}/{yyyy}-{MM}-{dd}/*/jpg/{HH}/{mm}/{ss}[*',
      'gate/2026-11-22/001/jpg/17/15/00[M][0@0][0].jpg',
      { camera: 'gate', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'Axis: a year of two digits',
      '{camera}/{yy}-{MM}-{dd}_{HH}-{mm}-{ss}-*.jpg',
      'axis-ACCC8E/26-11-22_17-15-00-12.jpg',
      { camera: 'axis-ACCC8E', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'Reolink: camera, channel and time',
      '*/{camera}_*_{yyyy}{MM}{dd}{HH}{mm}{ss}.*',
      'ftp/North gate_00_20261122171500.jpg',
      { camera: 'North gate', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'months and days without a leading zero',
      '{camera}/{yyyy}-{M}-{d}/{HH}{mm}.jpg',
      'gate/2026-3-7/1715.jpg',
      { camera: 'gate', capturedAt: '2026-03-07T08:15:00.000Z' },
    ],
    [
      'months and days of two digits where one would do',
      '{yyyy}{M}{d}-{HH}{mm}.jpg',
      '20261122-1715.jpg',
      { capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'seconds since 1970',
      '{camera}-{epoch}.jpg',
      'gate-1795335300.jpg',
      { camera: 'gate', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    [
      'milliseconds since 1970',
      '{camera}-{epoch}.jpg',
      'gate-1795335300250.jpg',
      { camera: 'gate', capturedAt: '2026-11-22T08:15:00.250Z' },
    ],
    [
      'a camera with the sign that follows it, which takes as much as it can',
      '{camera}_*_{yyyy}{MM}{dd}{HH}{mm}.jpg',
      'north_gate_01_202611221715.jpg',
      { camera: 'north_gate', capturedAt: '2026-11-22T08:15:00.000Z' },
    ],
    ['a camera of characters beyond the first 65,536', '*{camera}', 'x🚗', { camera: '🚗' }],
  ] as const) {
    test(camera, () => {
      assert.deepEqual(match(template, key), capture);
    });
  }
});

describe('the case of an extension does not matter:', () => {
  for (const [template, key] of [
    ['{camera}/*.jpg', 'gate/1.JPG'],
    ['{camera}/*.JPEG', 'gate/1.jpeg'],
  ] as const) {
    test(`${template} matches ${key}`, () => {
      assert.deepEqual(match(template, key), { camera: 'gate' });
    });
  }

  test('but that of every other text does', () => {
    assert.equal(match('{camera}/Cam.jpg', 'gate/cam.jpg'), undefined);
    assert.equal(match('{camera}.jpg/*', 'gate.JPG/1'), undefined);
  });
});

test('a key matches in either Unicode form, and its camera is in NFC', () => {
  for (const form of ['NFC', 'NFD'] as const) {
    assert.deepEqual(match('{camera}/사진-*', '정문/사진-1.jpg'.normalize(form)), { camera: '정문' });
    assert.deepEqual(match('{camera}/사진-*'.normalize(form), '정문/사진-1.jpg'), { camera: '정문' });
  }
});

describe('a time is taken as', () => {
  const template = '{yyyy}{MM}{dd}T{HH}{mm}{ss}{zone}.jpg';
  for (const [what, key, capturedAt] of [
    ['UTC with Z', '20261122T081500Z.jpg', '2026-11-22T08:15:00.000Z'],
    ['its zone with a colon', '20261122T081500-05:30.jpg', '2026-11-22T13:45:00.000Z'],
    ['its zone without a colon', '20261122T081500+0900.jpg', '2026-11-21T23:15:00.000Z'],
    ['a leap day where there is one', '20280229T000000Z.jpg', '2028-02-29T00:00:00.000Z'],
  ] as const) {
    test(what, () => {
      assert.deepEqual(match(template, key), { capturedAt });
    });
  }

  test("Korea's without a zone, over the turn of the year", () => {
    assert.equal(match(folders, 'g/2027/01/01/083000.jpg')?.capturedAt, '2026-12-31T23:30:00.000Z');
  });
});

describe('there is no such time, and the camera still counts:', () => {
  for (const [what, key] of [
    ['31 February', 'g/2026/02/31/120000.jpg'],
    ['29 February of a common year', 'g/2026/02/29/120000.jpg'],
    ['month 13', 'g/2026/13/01/120000.jpg'],
    ['day 0', 'g/2026/11/00/120000.jpg'],
    ["24 o'clock", 'g/2026/11/22/240000.jpg'],
    ['minute 60', 'g/2026/11/22/126000.jpg'],
    ['second 60', 'g/2026/11/22/120060.jpg'],
  ] as const) {
    test(what, () => {
      assert.deepEqual(match(folders, key), { camera: 'g' });
    });
  }

  test('a zone of 99 hours', () => {
    assert.deepEqual(match('{camera}/{yyyy}{MM}{dd}{HH}{mm}{zone}', 'g/202611221200+9900'), { camera: 'g' });
  });
});

describe('a key that does not match says nothing:', () => {
  for (const [what, key] of [
    ['a folder too many', 'site/gate/2026/11/22/171500.jpg'],
    ['a folder too few', '2026/11/22/171500.jpg'],
    ['letters for digits', 'gate/2026/11/22/17150x.jpg'],
    ['digits of another script', 'gate/2026/11/22/１７１５００.jpg'],
    ['more at its end', 'gate/2026/11/22/171500.jpg.part'],
    ['no camera', '/2026/11/22/171500.jpg'],
    ['a sign for the dot', 'gate/2026/11/22/171500xjpg'],
  ] as const) {
    test(what, () => {
      assert.equal(match(folders, key), undefined);
    });
  }
});

describe('the fault of a template is named:', () => {
  for (const [template, message] of [
    [
      '{camera}/{year}',
      'has an unknown field in braces; the fields are {camera} {yyyy} {yy} {MM} {M} {dd} {d} {HH} {mm} {ss} {epoch} {zone}',
    ],
    ['{camera}/{}', /^has an unknown field in braces/],
    ['{camera', /^has an unknown field in braces/],
    ['camera}', /^has an unknown field in braces/],
    ['{Camera}', /^has an unknown field in braces/],
    ['{camera}/{camera}', 'has {camera} twice'],
    ['pictures/*.jpg', 'has neither {camera} nor a time'],
    ['', 'has neither {camera} nor a time'],
    ['{camera}/{yyyy}{MM}{dd}', 'has a time without {HH} {mm}'],
    ['{camera}/{ss}', 'has a time without {yyyy} {MM} {dd} {HH} {mm}'],
    ['{camera}/{zone}', 'has a time without {yyyy} {MM} {dd} {HH} {mm}'],
    ['{yyyy}{yy}/{MM}{dd}{HH}{mm}', 'has both {yyyy} and {yy}'],
    ['{camera}/{epoch}{zone}', 'has {epoch} and another time'],
  ] as const) {
    test(JSON.stringify(template), () => {
      const parsed = parseKeyTemplate(template);
      assert.equal(parsed.kind, 'fault');
      if (typeof message === 'string') assert.equal(parsed.message, message);
      else assert.match(parsed.message, message);
    });
  }
});

describe('a hostile key is judged in less than a second:', () => {
  for (const [template, key] of [
    ['*{camera}.jpg', 'a'.repeat(1024)],
    ['{camera}_*_*_*_*_*_{yyyy}{MM}{dd}{HH}{mm}*', '_'.repeat(1024)],
    ['*{yy}*{M}*{d}*{HH}*{mm}*{zone}*x', '1'.repeat(1024)],
    ['**/{camera}', 'a'.repeat(1023) + '/'],
    ['*-{camera}-.jpg', '-'.repeat(1024)],
    ['*{camera}/*{yyyy}*/*{MM}*/*{dd}*/*{HH}*/*{mm}*x', Array(6).fill('1'.repeat(169)).join('/')],
    [
      '{camera}_*/*_*/*_*/{yyyy}{MM}{dd}{HH}{mm}.jpg',
      '_'.repeat(330) + `/${'_'.repeat(330)}`.repeat(2) + '/x',
    ],
    ['{camera}-*/*-*/*-*/*-*/{yyyy}{MM}{dd}{HH}{mm}.jpg', `${'-'.repeat(250)}/`.repeat(4) + 'x'],
    ['{camera}*{yyyy}{MM}{dd}{HH}{mm}{zone}x', '0'.repeat(1024)],
    [folders, '/'.repeat(1024)],
  ] as const) {
    test(template, () => {
      const startedMs = performance.now();
      assert.equal(match(template, key), undefined);
      assert.ok(performance.now() - startedMs < 1000);
    });
  }
});
