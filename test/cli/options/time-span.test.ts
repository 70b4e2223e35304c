import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseTimeSpan } from '../../../cli/options/time-span.ts';

const nowMs = Date.parse('2026-11-22T08:15:00.000Z');

function messageOf(options: { since?: string; until?: string }): string {
  const parsed = parseTimeSpan(options, nowMs);
  assert.equal(parsed.kind, 'fault');
  return parsed.message;
}

describe('--since is the beginning and --until the end of', () => {
  const cases = [
    ["a day, which is Korea's", '2026-11-22', '2026-11-21T15:00:00.000Z', '2026-11-22T14:59:59.999Z'],
    ["a minute, in Korea's time", '2026-11-22T14:30', '2026-11-22T05:30:00.000Z', '2026-11-22T05:30:59.999Z'],
    [
      'a minute, with a space for the T',
      '2026-11-22 14:30',
      '2026-11-22T05:30:00.000Z',
      '2026-11-22T05:30:59.999Z',
    ],
    ['a second', '2026-11-22T14:30:05', '2026-11-22T05:30:05.000Z', '2026-11-22T05:30:05.999Z'],
    ['a second in UTC', '2026-11-22T14:30:05Z', '2026-11-22T14:30:05.000Z', '2026-11-22T14:30:05.999Z'],
    [
      'a minute in another zone',
      '2026-11-22T14:30-05:00',
      '2026-11-22T19:30:00.000Z',
      '2026-11-22T19:30:59.999Z',
    ],
    [
      'a moment in the form of records',
      '2026-11-22T05:30:05.250Z',
      '2026-11-22T05:30:05.250Z',
      '2026-11-22T05:30:05.250Z',
    ],
    ['the leap day', '2028-02-29', '2028-02-28T15:00:00.000Z', '2028-02-29T14:59:59.999Z'],
    ['seconds before now', '90s', '2026-11-22T08:13:30.000Z', '2026-11-22T08:13:30.000Z'],
    ['minutes before now', '15m', '2026-11-22T08:00:00.000Z', '2026-11-22T08:00:00.000Z'],
    ['hours before now', '2h', '2026-11-22T06:15:00.000Z', '2026-11-22T06:15:00.000Z'],
    ['days before now', '3d', '2026-11-19T08:15:00.000Z', '2026-11-19T08:15:00.000Z'],
  ] as const;
  for (const [what, text, since, until] of cases) {
    test(what, () => {
      assert.deepEqual(parseTimeSpan({ since: text, until: text }, nowMs), {
        kind: 'span',
        span: { since, until },
      });
    });
  }
});

test('an absent option leaves the span open', () => {
  assert.deepEqual(parseTimeSpan({}, nowMs), { kind: 'span', span: {} });
});

describe('a time that does not exist is refused', () => {
  for (const text of [
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-22T24:00',
    '2026-11-22T10:61',
    '2026-11-22T10:00+99:00',
  ]) {
    test(text, () => {
      assert.equal(messageOf({ since: text }), `--since is a time that does not exist: ${text}.`);
    });
  }
});

describe('text that is not a time is refused, with examples', () => {
  for (const text of [
    '',
    'yesterday',
    '2026',
    '22.11.2026',
    '14:30',
    '2',
    '2w',
    '-2h',
    '2026-11-22T',
    '2026-11-22+09:00',
  ]) {
    test(`"${text}"`, () => {
      assert.match(messageOf({ until: text }), /^--until is not a time: .*\. Write 2026-11-22 or /s);
    });
  }
});

test('a span that ends before it begins is refused', () => {
  assert.equal(messageOf({ since: '2h', until: '3h' }), '--since is later than --until.');
});

test('a single day is a span', () => {
  assert.equal(parseTimeSpan({ since: '2026-11-22', until: '2026-11-22' }, nowMs).kind, 'span');
});
