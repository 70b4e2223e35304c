import { hashInKey } from '../privacy/plate-hash.ts';
import { lookAlikeDigits } from '../plate/plate-rules.ts';

/** The cost of one different part of a syllable, or of a look-alike. */
const slip = 0.5;
/** The cost of any other wrong, missing or additional character. */
const error = 1;
/** The cost of a lost upper line of a plate of two lines, with its region and head: readers lose it often. */
const lostUpperLine = 1;

/** Syllables that look alike though they differ in more than one part. */
const lookAlikeSyllables = new Set(['육우', '우육']);

const lowerLine = /^[가-힣]\d{4}$/;
const lowerLineLength = 5;

/**
 * The distance of two plate keys: 0 where they are equal; 0.5 for each look-alike (0/O, 1/I, 8/B, 5/S, 육/우)
 * and for each different part (initial, vowel, final) of a syllable, at most 1 for a syllable; 1 for every
 * other wrong, missing or additional character, and for an upper line that one of them lacks. Nothing is close
 * to a plate that is kept as a hash, whatever digits the hash has.
 */
export function plateDistance(one: string, other: string): number {
  if (hashInKey(one) !== undefined || hashInKey(other) !== undefined) return one === other ? 0 : Infinity;
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  const whole = editDistance(shorter, longer);
  if (!lowerLine.test(shorter) || longer.length === lowerLineLength) return whole;
  return Math.min(whole, lostUpperLine + editDistance(shorter, longer.slice(-lowerLineLength)));
}

/** The Levenshtein distance with the costs above. */
function editDistance(one: string, other: string): number {
  const columns = Array.from(other);
  // One row that is written over again: a search compares thousands of plates.
  const row = [0, ...columns.map((_, index) => (index + 1) * error)];
  for (const character of one) {
    let aboveLeft = row[0] ?? 0;
    let left = aboveLeft + error;
    row[0] = left;
    for (const [index, column] of columns.entries()) {
      const above = row[index + 1] ?? 0;
      left = Math.min(left + error, above + error, aboveLeft + substitution(character, column));
      row[index + 1] = left;
      aboveLeft = above;
    }
  }
  return row.at(-1) ?? 0;
}

function substitution(one: string, other: string): number {
  if (one === other) return 0;
  if (lookAlikeDigits.get(one) === other || lookAlikeDigits.get(other) === one) return slip;
  const [parts, otherParts] = [partsOf(one), partsOf(other)];
  if (!parts || !otherParts) return error;
  if (lookAlikeSyllables.has(one + other)) return slip;
  const different = parts.filter((part, place) => part !== otherParts[place]).length;
  return Math.min(error, different * slip);
}

const firstSyllable = '가'.charCodeAt(0);
const lastSyllable = '힣'.charCodeAt(0);
const vowels = 21;
/** The absent final counts as one. */
const finals = 28;

/** The numbers of a syllable's initial, vowel and final (Unicode, 3.12); undefined for any other character. */
function partsOf(character: string): readonly number[] | undefined {
  const code = character.charCodeAt(0);
  if (!(code >= firstSyllable && code <= lastSyllable)) return undefined;
  const place = code - firstSyllable;
  return [Math.floor(place / (vowels * finals)), Math.floor(place / finals) % vowels, place % finals];
}
