import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { appKeyFault, secretKeyFault } from '../../../../functions/core/contract/endpoint-keys.ts';

for (const [name, faultOf] of [
  ['app key', appKeyFault],
  ['secret key', secretKeyFault],
] as const) {
  describe(`the ${name} is refused`, () => {
    for (const [what, key, sentence] of [
      ['that is empty', '', `The ${name} is empty.`],
      [
        'with a space inside',
        'a key',
        `The ${name} must have visible ASCII characters only, without spaces.`,
      ],
      [
        'with a control character inside',
        'a\tkey',
        `The ${name} must have visible ASCII characters only, without spaces.`,
      ],
      ['in hangul', '열쇠', `The ${name} must have visible ASCII characters only, without spaces.`],
    ] as const) {
      test(what, () => {
        assert.equal(faultOf(key), sentence);
      });
    }
  });

  test(`nothing is wrong with a ${name} of visible ASCII characters`, () => {
    assert.equal(faultOf('aB3/+=~'), undefined);
  });
}
