import type { Calibration } from './models.ts';

/** Probabilities nearer to 0 or 1 than this are not told apart. */
const nearest = 1e-6;

/** What speaks for a read. */
export type Evidence = {
  /** By the recogniser, 0 to 1. */
  readonly textProbability: number;
  /** By the locator, 0 to 1. */
  readonly locatorScore: number;
  /** Whether the text is a plate by the rules: most wrong reads are not. */
  readonly isLegal: boolean;
};

/**
 * The share of right reads among those with the same evidence: 0 to 1. A logistic regression on drawn
 * pictures gave the weights; the raw probabilities of networks are too sure of themselves.
 */
export function calibrateConfidence(
  { textProbability, locatorScore, isLegal }: Evidence,
  { intercept, textWeight, locatorWeight, formWeight }: Calibration,
): number {
  const logOdds =
    intercept +
    textWeight * logOddsOf(textProbability) +
    locatorWeight * logOddsOf(locatorScore) +
    (isLegal ? formWeight : 0);
  return 1 / (1 + Math.exp(-logOdds));
}

/** ln(p / (1 − p)), with the probability kept off 0 and 1. */
export function logOddsOf(probability: number): number {
  const bounded = Math.min(Math.max(probability, nearest), 1 - nearest);
  return Math.log(bounded / (1 - bounded));
}
