import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { describe, test } from 'vitest';
import { createCsvStream } from '../../../cli/terminal/csv-stream.ts';

/** The lines of the CSV of one row, without the header. */
async function csvOf(...cells: unknown[]): Promise<string> {
  const stream = createCsvStream(cells.map((_cell, index) => `column ${index}`));
  stream.end(cells);
  return (await text(stream)).split('\r\n').slice(1, -1).join('\r\n');
}

describe('a cell is not a formula if it begins with', () => {
  for (const start of ['=', '+', '-', '@', '＝', '＋', '－', '＠', ' =', '\u00a0@', '\u3000=']) {
    test(JSON.stringify(start), async () => {
      assert.equal(await csvOf(`${start}1+1`), `'${start}1+1`);
    });
  }

  for (const [start, shown] of [
    ['\t', '\\u{9}'],
    ['\r', '\\u{d}'],
    ['\n', '\\u{a}'],
    ['\0', '\\u{0}'],
    ['\u200b', '\\u{200b}'],
  ] as const) {
    test(JSON.stringify(`${start}=`), async () => {
      assert.equal(await csvOf(`${start}=1+1`), `${shown}=1+1`);
    });
  }
});

test('a number may be negative', async () => {
  assert.equal(await csvOf(-1.5), '-1.5');
});

test('quotes, commas and Hangul are preserved', async () => {
  assert.equal(await csvOf('서울12바5215', 'a "b", c', '12-34'), '서울12바5215,"a ""b"", c",12-34');
});

test('an absent value is an empty cell, but false is not absent', async () => {
  assert.equal(await csvOf(undefined, false, true, ''), ',false,true,');
});

test('a row is always one line', async () => {
  assert.equal(await csvOf('a\r\nb'), 'a\\u{d}\\u{a}b');
});
