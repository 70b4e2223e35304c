import assert from 'node:assert/strict';
import { test } from 'vitest';
import { OutsideError, reasonOf } from '../../../../functions/core/record/reason.ts';

test('the failure of an outside system is named by its code and its sentence', () => {
  const error = new OutsideError('S3_SLOWDOWN', 'A request to S3 failed.', new Error('cause'));
  assert.deepEqual(reasonOf(error), { code: 'S3_SLOWDOWN', message: 'A request to S3 failed.' });
});

test('an outside failure keeps its cause', () => {
  const cause = new Error('cause');
  assert.equal(new OutsideError('S3_SLOWDOWN', 'A request to S3 failed.', cause).cause, cause);
});

for (const [thrown, name] of [
  [new TypeError('CANARY'), 'TypeError'],
  [Object.assign(new RangeError('CANARY'), { code: 'CANARY' }), 'RangeError'],
  ['CANARY', 'string'],
  [{ code: 'CANARY', message: 'CANARY' }, 'object'],
  [undefined, 'undefined'],
  [null, 'object'],
] as const) {
  test(`any other error is unknown, and only its kind is named: ${name} (${typeof thrown})`, () => {
    const reason = reasonOf(thrown);
    assert.equal(reason.code, 'UNKNOWN');
    assert.match(reason.message, new RegExp(`\\b${name}\\b`));
    assert.doesNotMatch(reason.message, /CANARY/);
  });
}
