import assert from 'node:assert/strict';
import { test } from 'vitest';
import { calibrateConfidence } from '../../functions/plate-reader/calibrate-confidence.ts';
import { createRandom } from '../simulation/random.ts';
import { fitCalibration, type JudgedRead } from './fit-calibration.ts';

/**
 * Reads that are right as often as this calibration says; wrong ones count twice, so half of them are left out.
 */
function readsOf(calibration: Parameters<typeof calibrateConfidence>[1], count: number): JudgedRead[] {
  const random = createRandom(1);
  return Array.from({ length: count }, () => {
    const evidence = {
      textProbability: random.fraction(),
      locatorScore: random.fraction(),
      isLegal: random.chance(0.7),
    };
    const isRight = random.fraction() < calibrateConfidence(evidence, calibration);
    return { evidence, isRight };
  }).filter(({ isRight }) => isRight || random.chance(0.5));
}

test('the weights that made legal reads right or wrong are found again', () => {
  const truth = { intercept: -3, textWeight: 0.8, locatorWeight: 0.5, formWeight: 4 };
  const fitted = fitCalibration(readsOf(truth, 20_000));
  assert.ok(Math.abs(fitted.textWeight - truth.textWeight) < 0.1);
  assert.ok(Math.abs(fitted.locatorWeight - truth.locatorWeight) < 0.1);
  assert.ok(Math.abs(fitted.intercept + fitted.formWeight - 1) < 0.1);
});

test('a read that fits no form is below 0.5, however often such drawings were right', () => {
  const truth = { intercept: 3, textWeight: 0.8, locatorWeight: 0.5, formWeight: 0 };
  const evidence = { textProbability: 0.998, locatorScore: 0.9, isLegal: false };
  assert.ok(calibrateConfidence(evidence, fitCalibration(readsOf(truth, 2000))) < 0.5);
});

test('reads without a form that are always wrong get a low confidence, and legal ones that are right a high one', () => {
  const evidence = { textProbability: 0.99, locatorScore: 0.9 };
  const reads = Array.from({ length: 100 }, (_, index) => ({
    evidence: { ...evidence, isLegal: index % 2 === 0 },
    isRight: index % 2 === 0,
  }));
  const calibration = fitCalibration(reads);
  assert.ok(calibrateConfidence({ ...evidence, isLegal: true }, calibration) > 0.9);
  assert.ok(calibrateConfidence({ ...evidence, isLegal: false }, calibration) < 0.1);
});
