import { classifyPlate } from '../core/plate/classify-plate.ts';
import { candidatesOf, probabilityOfText, type Candidate, type StripReading } from './decode-characters.ts';

/** A text and the probability that the plate bears it, by the recogniser alone. */
type ChosenText = {
  readonly text: string;
  readonly probability: number;
  /** Whether the rules of plates find nothing wrong or missing. */
  readonly isLegal: boolean;
};

/**
 * A legal plate is preferred to the likeliest text while it has at least this share of that text's
 * probability.
 */
const leastShareOfLegalText = 0.4;

/** A text below this share of the likeliest text's probability on every strip cannot win. */
const leastShareOfCandidate = 0.05;

/**
 * The text of a plate from several strips that show it, each cut a little differently. It is what was really
 * read: the rules of plates decide only between texts that are nearly as likely, and then the low probability
 * says so. Empty where the strips show no character.
 */
export function chooseText(strips: readonly StripReading[], alphabet: readonly string[]): ChosenText {
  const texts = new Map<string, Candidate>();
  for (const candidate of strips.flatMap(likelyCandidatesOf))
    texts.set(textOf(candidate, alphabet), candidate);
  const scored = [...texts]
    .map(([text, { classes }]) => ({ text, probability: meanProbabilityOf(classes, strips) }))
    .toSorted((one, other) => other.probability - one.probability);
  const [likeliest] = scored;
  if (!likeliest) return { text: '', probability: 0, isLegal: false };
  const least = likeliest.probability * leastShareOfLegalText;
  const legal = scored.find(({ text, probability }) => probability >= least && isLegalPlate(text));
  return legal ? { ...legal, isLegal: true } : { ...likeliest, isLegal: false };
}

function isLegalPlate(text: string): boolean {
  return classifyPlate(text).verdict === 'valid';
}

function likelyCandidatesOf(strip: StripReading): readonly Candidate[] {
  const candidates = candidatesOf(strip);
  const least = (candidates[0]?.probability ?? 0) * leastShareOfCandidate;
  return candidates.filter(({ probability }) => probability >= least);
}

function meanProbabilityOf(classes: readonly number[], strips: readonly StripReading[]): number {
  return strips.reduce((sum, strip) => sum + probabilityOfText(classes, strip), 0) / strips.length;
}

function textOf({ classes }: Candidate, alphabet: readonly string[]): string {
  return classes.map((index) => alphabet[index - 1] ?? '').join('');
}
