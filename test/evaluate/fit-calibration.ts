import { logOddsOf, type Evidence } from '../../functions/plate-reader/calibrate-confidence.ts';
import type { Calibration } from '../../functions/plate-reader/models.ts';

/** A read of a picture whose plates are known. */
export type JudgedRead = { readonly evidence: Evidence; readonly isRight: boolean };

/** Photographs hold more than drawings show, so a wrong read counts as several right ones. */
const wrongReadWeight = 2;

/**
 * The digits of foreign plates are read as surely as those of plates. So a read that fits no form of plates stays
 * below 0.5 up to this evidence, even where drawn pictures say better.
 */
const surestWithoutForm = { textProbability: 0.999, locatorScore: 0.9 };

/** Keeps the weights finite where all reads are right or all are wrong. */
const ridge = 0.01;
const newtonSteps = 50;

/**
 * A logistic regression on legal reads. Reads that fit no form of plates get an intercept of their own; the
 * weights of text and locator are the same for both.
 */
export function fitCalibration(reads: readonly JudgedRead[]): Calibration {
  const legal = reads.filter(({ evidence }) => evidence.isLegal).map(rowOf);
  const [legalIntercept = 0, textWeight = 0, locatorWeight = 0] = fit(legal, [0, 0, 0]);
  const others = reads.filter(({ evidence }) => !evidence.isLegal).map(rowOf);
  const offsets = others.map(({ features: [, text = 0, locator = 0], ...row }) => ({
    ...row,
    features: [1],
    offset: textWeight * text + locatorWeight * locator,
  }));
  const [fitted = 0] = fit(offsets, [Math.min(legalIntercept, 0)]);
  const intercept = Math.min(
    fitted,
    -textWeight * logOddsOf(surestWithoutForm.textProbability) -
      locatorWeight * logOddsOf(surestWithoutForm.locatorScore),
  );
  const rounded = (weight: number) => Number(weight.toFixed(4));
  return {
    intercept: rounded(intercept),
    textWeight: rounded(textWeight),
    locatorWeight: rounded(locatorWeight),
    formWeight: rounded(legalIntercept - intercept),
  };
}

type Row = {
  readonly features: readonly number[];
  /** Added to the log-odds, not fitted. */
  readonly offset: number;
  readonly isRight: boolean;
};

function rowOf({ evidence, isRight }: JudgedRead): Row {
  const features = [1, logOddsOf(evidence.textProbability), logOddsOf(evidence.locatorScore)];
  return { features, offset: 0, isRight };
}

/** The weights that make the rows likeliest, by Newton's method. */
function fit(rows: readonly Row[], start: readonly number[]): readonly number[] {
  let weights = start;
  for (let step = 0; step < newtonSteps; step += 1) {
    const gradient = weights.map((weight) => -ridge * weight);
    const curvature = weights.map((_, one) =>
      weights.map((__, other): number => (one === other ? ridge : 0)),
    );
    for (const { features, offset, isRight } of rows) {
      const logOdds = features.reduce((sum, feature, index) => sum + feature * (weights[index] ?? 0), offset);
      const chance = 1 / (1 + Math.exp(-logOdds));
      const count = isRight ? 1 : wrongReadWeight;
      for (const [one, feature] of features.entries()) {
        gradient[one] = (gradient[one] ?? 0) + count * ((isRight ? 1 : 0) - chance) * feature;
        const row = curvature[one] ?? [];
        for (const [other, second] of features.entries()) {
          row[other] = (row[other] ?? 0) + count * chance * (1 - chance) * feature * second;
        }
      }
    }
    const move = solve(curvature, gradient);
    // A longer step would leave the place where the curvature says anything.
    const length = Math.hypot(...move);
    weights = weights.map((weight, index) => weight + (move[index] ?? 0) * Math.min(1, 2 / length));
  }
  return weights;
}

/** x of matrix · x = vector, by Gauss's elimination; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], vector: readonly number[]): readonly number[] {
  const [firstRow = [], ...lowerRows] = matrix;
  const [pivot = 1, ...rest] = firstRow;
  const [first = 0, ...lower] = vector;
  if (lowerRows.length === 0) return [first / pivot];
  const reduced = lowerRows.map(([head = 0, ...row]) =>
    row.map((value, column) => value - (head / pivot) * (rest[column] ?? 0)),
  );
  const tail = solve(
    reduced,
    lower.map((value, row) => value - ((lowerRows[row]?.[0] ?? 0) / pivot) * first),
  );
  return [
    (first - rest.reduce((sum, value, column) => sum + value * (tail[column] ?? 0), 0)) / pivot,
    ...tail,
  ];
}
