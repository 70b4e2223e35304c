import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseKeyTemplate, type CaptureFromKey } from '../../../../functions/core/capture/key-template.ts';

function match(template: string, key: string): CaptureFromKey {
  const parsed = parseKeyTemplate(template);
  assert.equal(parsed.kind, 'template');
  return parsed.match(key);
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
    assert.equal(match(folders, 'g/2027/01/01/083000.jpg').capturedAt, '2026-12-31T23:30:00.000Z');
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
      assert.deepEqual(match(folders, key), {});
    });
  }
});

describe('the fault of a template is named:', () => {
  for (const [template, message] of [
    [
      '{camera}/{year}',
      'has an unknown field in braces; the fields are {camera} {yyyy} {MM} {dd} {HH} {mm} {ss} {zone}',
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
    ['*{camera}*', 'has more than 2 of * and {camera} between two slashes'],
    ['{camera}/***', 'has more than 2 of * and {camera} between two slashes'],
  ] as const) {
    test(JSON.stringify(template), () => {
      const parsed = parseKeyTemplate(template);
      assert.equal(parsed.kind, 'fault');
      if (typeof message === 'string') assert.equal(parsed.message, message);
      else assert.match(parsed.message, message);
    });
  }
});

describe('a hostile key is judged in less than five seconds:', () => {
  for (const [template, key] of [
    ['*{camera}.jpg', 'a'.repeat(1024)],
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
      assert.deepEqual(match(template, key), {});
      assert.ok(performance.now() - startedMs < 5000);
    });
  }
});
