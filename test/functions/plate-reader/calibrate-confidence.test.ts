import assert from 'node:assert/strict';
import { test } from 'vitest';
import { calibrateConfidence } from '../../../functions/plate-reader/calibrate-confidence.ts';

const calibration = { intercept: 0, textWeight: 1, locatorWeight: 0.5, formWeight: 1 };
const evidence = { textProbability: 0.8, locatorScore: 0.6, isLegal: true };

test('all evidence counts: with less of it, the confidence is lower', () => {
  const confidence = calibrateConfidence(evidence, calibration);
  assert.ok(confidence > 0.9 && confidence < 1);
  for (const less of [{ textProbability: 0.7 }, { locatorScore: 0.5 }, { isLegal: false }]) {
    assert.ok(calibrateConfidence({ ...evidence, ...less }, calibration) < confidence);
  }
});

test('certain networks give a number between 0 and 1 all the same', () => {
  for (const probability of [0, 1]) {
    const confidence = calibrateConfidence(
      { textProbability: probability, locatorScore: probability, isLegal: false },
      calibration,
    );
    assert.ok(confidence >= 0 && confidence <= 1);
  }
});
