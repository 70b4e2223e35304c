import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { test } from 'vitest';
import { sizeOf, sliceOf } from '../../../../functions/core/picture/parts.ts';

const anyParts = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 8 });

test('a slice of the parts is the same slice of what they are together', () => {
  fc.assert(
    fc.property(anyParts, fc.nat(70), fc.nat(70), (parts, start, sizeBytes) => {
      const whole = Buffer.concat(parts);
      const slice = sliceOf(parts, start, start + sizeBytes);
      assert.deepEqual(Buffer.from(slice), whole.subarray(start, start + sizeBytes));
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test('the size of the parts is that of what they are together', () => {
  fc.assert(
    fc.property(anyParts, (parts) => {
      assert.equal(sizeOf(parts), Buffer.concat(parts).length);
    }),
    { seed: 2 },
  );
});

test('what lies within one part is not copied', () => {
  const part = Buffer.from('within');
  const slice = sliceOf([Buffer.from('before'), part, Buffer.from('behind')], 7, 9);
  assert.equal(slice.buffer, part.buffer);
  assert.equal(Buffer.from(slice).toString(), 'it');
});
