import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { sentenceFor } from '../../../../cli/commands/find/wanted-plate-sentence.ts';

describe('a plate that cannot be searched for is explained in a sentence:', () => {
  const cases = [
    ['nothing-given', "Give a plate, a part of one such as '12가*', or --last 3456."],
    ['plate-and-last-four', 'Give a plate or --last, not both.'],
    ['not-four-digits', "--last needs four digits, not '345'."],
    ['look-alikes-of-last-four', '--fuzzy needs a whole plate, not --last.'],
    ['look-alikes-of-pattern', '--fuzzy needs a whole plate, without * and ?.'],
    ['empty-plate', 'That plate has no letters or digits to search for.'],
  ] as const;
  for (const [fault, sentence] of cases) {
    test(fault, () => {
      assert.equal(sentenceFor(fault, '345'), sentence);
    });
  }
});

test('an empty value of --last is quoted too', () => {
  assert.equal(sentenceFor('not-four-digits', ''), "--last needs four digits, not ''.");
});
