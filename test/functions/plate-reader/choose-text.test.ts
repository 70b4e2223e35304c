import assert from 'node:assert/strict';
import { test } from 'vitest';
import { chooseText } from '../../../functions/plate-reader/choose-text.ts';
import type { StripReading } from '../../../functions/plate-reader/decode-characters.ts';

const alphabet = ['1', '2', '3', '4', '5', '6', '7', 'B', '가', '각'];

/**
 * A strip on which each place shows one of several characters with these probabilities; a blank follows each.
 */
function stripOf(places: readonly Readonly<Record<string, number>>[]): StripReading {
  const classes = alphabet.length + 1;
  const steps = places.flatMap((place) => {
    const shown = Array.from(
      { length: classes },
      (_class, index) => place[alphabet[index - 1] ?? ''] ?? 1e-9,
    );
    const blank = Array.from({ length: classes }, (_class, index) => (index === 0 ? 1 : 1e-9));
    return [shown, blank];
  });
  return { logProbabilities: Float32Array.from(steps.flat(), Math.log), steps: steps.length, classes };
}

const digits = (text: string) => Array.from(text, (digit) => ({ [digit]: 1 }));

test('a legal plate is preferred to a text that is hardly likelier, and its probability stays low', () => {
  const strip = stripOf([...digits('12'), { 각: 0.55, 가: 0.45 }, ...digits('3456')]);
  const { text, probability } = chooseText([strip], alphabet);
  assert.equal(text, '12가3456');
  assert.ok(Math.abs(probability - 0.45) < 0.01);
});

test('a text that no rule knows stays as it was read where it is clearly likelier', () => {
  const strip = stripOf([...digits('12'), { 각: 0.8, 가: 0.2 }, ...digits('3456')]);
  assert.equal(chooseText([strip], alphabet).text, '12각3456');
});

test('only one line of a plate is given as it was read', () => {
  assert.equal(chooseText([stripOf([{ 가: 1 }, ...digits('3456')])], alphabet).text, '가3456');
});

test('what several strips say together decides', () => {
  const unsure = stripOf([...digits('12가345'), { 6: 0.6, 7: 0.4 }]);
  const sure = stripOf([...digits('12가345'), { 7: 0.95, 6: 0.05 }]);
  const { text, probability } = chooseText([unsure, sure], alphabet);
  assert.equal(text, '12가3457');
  assert.ok(Math.abs(probability - (0.4 + 0.95) / 2) < 0.01);
});

test('a strip without characters has an empty text', () => {
  assert.equal(chooseText([stripOf([{}])], alphabet).text, '');
  assert.deepEqual(chooseText([], alphabet), { text: '', probability: 0, isLegal: false });
});
