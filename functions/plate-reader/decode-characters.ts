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
const leastProbability = 0.001;

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
    const probabilities = logProbabilities.subarray(step * classes, (step + 1) * classes).map(Math.exp);
    beams = continueBeams(beams, probabilities);
  }
  return beams.map((beam) => ({ classes: beam.classes, probability: probabilityOf(beam) }));
}

function continueBeams(beams: readonly Beam[], probabilities: Float32Array): readonly Beam[] {
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
  const likely: number[] = [];
  for (let index = 1; index < probabilities.length; index += 1) {
    if ((probabilities[index] ?? 0) >= leastProbability) likely.push(index);
  }
  for (const beam of beams) {
    const { key, classes } = beam;
    const total = probabilityOf(beam);
    const last = classes.at(-1) ?? blank;
    const repeated = last === blank ? 0 : beam.endsInCharacter * (probabilities[last] ?? 0);
    add(key, () => classes, total * (probabilities[blank] ?? 0), repeated);
    for (const index of likely) {
      // The same character twice is two characters only with a blank between them.
      const before = index === last ? beam.endsInBlank : total;
      if (before === 0) continue;
      add(`${key} ${index}`, () => [...classes, index], 0, before * (probabilities[index] ?? 0));
    }
  }
  return [...next.values()]
    .toSorted((one, other) => probabilityOf(other) - probabilityOf(one))
    .slice(0, beamWidth);
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
  let before = states.map(() => 0);
  for (let step = 0; step < steps; step += 1) {
    before = states.map((state, at) => {
      const skips = at > 1 && state !== blank && state !== states[at - 2] ? (before[at - 2] ?? 0) : 0;
      const starts = step === 0 && at <= 1 ? 1 : 0;
      const total = starts + (before[at] ?? 0) + (before[at - 1] ?? 0) + skips;
      return total * Math.exp(logProbabilities[step * classes + state] ?? -Infinity);
    });
  }
  return (before.at(-1) ?? 0) + (states.length > 1 ? (before.at(-2) ?? 0) : 0);
}
