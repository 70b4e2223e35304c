import type { Calibration } from './models.ts';

/** Probabilities nearer to 0 or 1 than this are not told apart. */
const nearest = 1e-6;

/**
 * The share of right reads among those for which the networks say the same: 0 to 1. A logistic regression on drawn pictures gave the
 * weights; raw probabilities of networks are too sure of themselves.
 */
export function calibrateConfidence(
  textProbability: number,
  locatorScore: number,
  { intercept, textWeight, locatorWeight }: Calibration,
): number {
  const logOdds =
    intercept + textWeight * logOddsOf(textProbability) + locatorWeight * logOddsOf(locatorScore);
  return 1 / (1 + Math.exp(-logOdds));
}

function logOddsOf(probability: number): number {
  const bounded = Math.min(Math.max(probability, nearest), 1 - nearest);
  return Math.log(bounded / (1 - bounded));
}
