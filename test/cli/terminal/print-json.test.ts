import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { jsonDocument, jsonLine } from '../../../cli/terminal/print-json.ts';

const anyText = fc.string({ unit: 'binary' });
const hostileText = fc
  .array(fc.constantFrom('\u001b', '\u009b', '\u007f', '\u202e', '\u2028', '\u{e0001}', '\ud800', '"', '가'))
  .map((characters) => characters.join(''));
const value = fc.dictionary(fc.oneof(anyText, hostileText), fc.oneof(anyText, hostileText, fc.integer()));

describe('JSON for scripts', () => {
  for (const print of [jsonDocument, jsonLine]) {
    test(`${print.name} preserves every value`, () => {
      fc.assert(
        fc.property(value, (given) => {
          assert.deepEqual({ ...JSON.parse(print(given)) }, { ...given });
        }),
        { seed: 1 },
      );
    });

    test(`${print.name} prints nothing that controls a terminal`, () => {
      fc.assert(
        fc.property(value, (given) => {
          assert.doesNotMatch(print(given).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }),
        { seed: 2 },
      );
    });
  }

  test('a line is one line', () => {
    assert.equal(jsonLine({ key: 'a\nb' }), '{"key":"a\\nb"}\n');
  });

  test('Hangul is not escaped', () => {
    assert.equal(jsonLine('서울12바5215'), '"서울12바5215"\n');
  });
});
