import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { formatTable } from '../../../cli/terminal/table.ts';

describe('a table in a terminal', () => {
  test('is as wide as its widest cells, with a Hangul syllable as two columns', () => {
    const rows = [
      ['plate', 'calls', 'camera'],
      ['서울12바5215', '7', 'taxi-stand'],
      ['12가3456', '1234', ''],
    ];
    assert.equal(
      formatTable(rows, [{}, { align: 'right' }, {}]),
      ['plate        calls camera', '서울12바5215     7 taxi-stand', '12가3456      1234'].join('\n'),
    );
  });

  test('cuts text that is longer than a given width', () => {
    assert.equal(formatTable([['gate-north', 'x']], [{ width: 6 }, {}]), 'gate-… x');
  });

  test('escapes control characters', () => {
    assert.equal(formatTable([['a\u001b[2J\nb']], [{}]), 'a\\u{1b}[2J\\u{a}b');
  });
});
