import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseConfidence } from '../../../../functions/core/record/confidence.ts';

describe('a confidence is a number from 0 to 1:', () => {
  const cases = [
    ['0', 0],
    ['0.8', 0.8],
    ['.5', 0.5],
    ['1.0', 1],
    ['1.1', undefined],
    ['-0.1', undefined],
    ['80%', undefined],
    ['1e-1', undefined],
    ['.', undefined],
    ['', undefined],
  ] as const;
  for (const [text, confidence] of cases) {
    test(`'${text}'`, () => {
      assert.equal(parseConfidence(text), confidence);
    });
  }
});
