/**
 * What the recogniser says of one strip: for each of its steps the logarithm of each class's probability.
 * Class 0 is CTC's blank.
 */
export type StripReading = {
  readonly logProbabilities: Float32Array;
  readonly steps: number;
  readonly classes: number;
};

/** The classes of a text, and the probability that the strip shows exactly this text. */
export type Candidate = { readonly classes: readonly number[]; readonly probability: number };

const blank = 0;

/** Texts that are kept from step to step; the true one is seldom beyond the fifth. */
const beamWidth = 12;

/** A class below this probability continues no text. */
const leastLogProbability = Math.log(0.001);

/** A text that is less likely than this share of the likeliest one so far never overtakes it. */
const leastShareOfBest = 1e-6;

/** One text so far. `key` is its classes as one string. */
type Beam = {
  readonly key: string;
  readonly classes: readonly number[];
  endsInBlank: number;
  endsInCharacter: number;
};

/**
 * The likeliest texts of a strip, best first, by prefix beam search (Hannun and others, 2014, algorithm 1).
 */
export function candidatesOf({ logProbabilities, steps, classes }: StripReading): readonly Candidate[] {
  let beams: readonly Beam[] = [{ key: '', classes: [], endsInBlank: 1, endsInCharacter: 0 }];
  for (let step = 0; step < steps; step += 1) {
    beams = continueBeams(beams, logProbabilities.subarray(step * classes, (step + 1) * classes));
  }
  return beams.map((beam) => ({ classes: beam.classes, probability: probabilityOf(beam) }));
}

function continueBeams(beams: readonly Beam[], logProbabilities: Float32Array): readonly Beam[] {
  const next = new Map<string, Beam>();
  const add = (
    key: string,
    classesOf: () => readonly number[],
    endsInBlank: number,
    endsInCharacter: number,
  ) => {
    const beam = next.get(key);
    if (beam) {
      beam.endsInBlank += endsInBlank;
      beam.endsInCharacter += endsInCharacter;
    } else {
      next.set(key, { key, classes: classesOf(), endsInBlank, endsInCharacter });
    }
  };
  const probabilityAt = (index: number) => Math.exp(logProbabilities[index] ?? -Infinity);
  const likely: { readonly index: number; readonly probability: number }[] = [];
  for (let index = 1; index < logProbabilities.length; index += 1) {
    if ((logProbabilities[index] ?? -Infinity) < leastLogProbability) continue;
    likely.push({ index, probability: probabilityAt(index) });
  }
  const blankProbability = probabilityAt(blank);
  for (const beam of beams) {
    const { key, classes } = beam;
    const total = probabilityOf(beam);
    const last = classes.at(-1) ?? blank;
    const repeated = last === blank ? 0 : beam.endsInCharacter * probabilityAt(last);
    add(key, () => classes, total * blankProbability, repeated);
    for (const { index, probability } of likely) {
      // The same character twice is two characters only with a blank between them.
      const before = index === last ? beam.endsInBlank : total;
      if (before === 0) continue;
      add(`${key} ${index}`, () => [...classes, index], 0, before * probability);
    }
  }
  const sorted = [...next.values()].toSorted((one, other) => probabilityOf(other) - probabilityOf(one));
  const [best] = sorted;
  const least = best ? probabilityOf(best) * leastShareOfBest : 0;
  return sorted.slice(0, beamWidth).filter((beam) => probabilityOf(beam) >= least);
}

function probabilityOf({ endsInBlank, endsInCharacter }: Beam): number {
  return endsInBlank + endsInCharacter;
}

/**
 * The probability that a strip shows exactly this text: the sum over all alignments (Graves and others, 2006,
 * 4.1).
 */
export function probabilityOfText(
  text: readonly number[],
  { logProbabilities, steps, classes }: StripReading,
): number {
  const states = text.flatMap((index) => [blank, index]).concat(blank);
  // One step before the first, nothing is read: from there the first blank and the first character can be
  // reached.
  const reached = new Float64Array(states.length);
  for (let step = 0; step < steps; step += 1) {
    // From the last state to the first, so that each still sees those before it as they were a step ago.
    for (let at = states.length - 1; at >= 0; at -= 1) {
      const state = states[at] ?? blank;
      const skips = at > 1 && state !== blank && state !== states[at - 2] ? (reached[at - 2] ?? 0) : 0;
      const starts = step === 0 && at <= 1 ? 1 : 0;
      const total = starts + (reached[at] ?? 0) + (reached[at - 1] ?? 0) + skips;
      reached[at] = total * Math.exp(logProbabilities[step * classes + state] ?? -Infinity);
    }
  }
  return (reached.at(-1) ?? 0) + (states.length > 1 ? (reached.at(-2) ?? 0) : 0);
}
