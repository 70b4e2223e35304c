import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import fc from 'fast-check';
import { decodeEventKey, encodeEventKey } from '../../../../functions/core/message/event-key.ts';

describe('an event has the key of an object in form encoding, with its slashes:', () => {
  const cases = [
    ['gate/2 b+c.jpg', 'gate/2+b%2Bc.jpg'],
    ['north/%2B%20.png', 'north/%252B%2520.png'],
    ['정문/1.jpg', '%EC%A0%95%EB%AC%B8/1.jpg'],
    ['a&b=c', 'a%26b%3Dc'],
  ] as const;
  for (const [key, encoded] of cases) {
    test(key, () => {
      assert.deepEqual([encodeEventKey(key), decodeEventKey(encoded)], [encoded, key]);
    });
  }
});

test('every key comes back from its encoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('aB/ +%&=?#가각📷\n')) }), (key) => {
      assert.equal(decodeEventKey(encodeEventKey(key)), key);
    }),
    { seed: 20261122 },
  );
});

test('a broken encoding has no key', () => {
  assert.equal(decodeEventKey('%E0%A4%A'), undefined);
});
