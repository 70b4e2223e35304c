import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { test } from 'vitest';
import {
  candidatesOf,
  probabilityOfText,
  type StripReading,
} from '../../../functions/plate-reader/decode-characters.ts';

/** A reading of these probabilities, one list of all classes for each step. */
function readingOf(steps: readonly (readonly number[])[]): StripReading {
  const classes = steps[0]?.length ?? 0;
  const logProbabilities = Float32Array.from(steps.flat(), Math.log);
  return { logProbabilities, steps: steps.length, classes };
}

/**
 * The probability of each text by its definition: all ways through the steps, repetitions joined, blanks left
 * out.
 */
function probabilitiesByDefinition(steps: readonly (readonly number[])[]): Map<string, number> {
  let ways: readonly { readonly path: readonly number[]; readonly probability: number }[] = [
    { path: [], probability: 1 },
  ];
  for (const step of steps) {
    ways = ways.flatMap(({ path, probability }) =>
      step.map((share, index) => ({ path: [...path, index], probability: probability * share })),
    );
  }
  const texts = new Map<string, number>();
  for (const { path, probability } of ways) {
    const text = path.filter((index, at) => index !== 0 && index !== path[at - 1]).join(' ');
    texts.set(text, (texts.get(text) ?? 0) + probability);
  }
  return texts;
}

const step = fc
  .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((shares) => {
    const sum = shares.reduce((one, other) => one + other, 0);
    return shares.map((share) => share / sum);
  });
const stepsOfAStrip = fc.array(step, { minLength: 1, maxLength: 5 });

test('the probability of a text is the sum of all ways to write it', () => {
  fc.assert(
    fc.property(stepsOfAStrip, (steps) => {
      for (const [text, probability] of probabilitiesByDefinition(steps)) {
        const classes = text === '' ? [] : text.split(' ').map(Number);
        assert.ok(Math.abs(probabilityOfText(classes, readingOf(steps)) - probability) < 1e-5);
      }
    }),
  );
});

test('the first candidate is a likeliest text, with no more than its probability', () => {
  fc.assert(
    fc.property(stepsOfAStrip, (steps) => {
      const [first] = candidatesOf(readingOf(steps));
      const texts = probabilitiesByDefinition(steps);
      assert.ok(first);
      const exact = texts.get(first.classes.join(' ')) ?? 0;
      assert.ok(exact >= Math.max(...texts.values()) * 0.9);
      assert.ok(first.probability <= exact + 1e-5);
    }),
  );
});

test('a character twice needs a blank between', () => {
  const one = [0.01, 0.99];
  const blank = [0.99, 0.01];
  assert.deepEqual(candidatesOf(readingOf([one, one, blank]))[0]?.classes, [1]);
  assert.deepEqual(candidatesOf(readingOf([one, blank, one]))[0]?.classes, [1, 1]);
});

test('a strip of blanks shows no text', () => {
  assert.deepEqual(candidatesOf(readingOf([[0.99, 0.01]]))[0]?.classes, []);
  assert.equal(probabilityOfText([], readingOf([[1, 0]])), 1);
});
