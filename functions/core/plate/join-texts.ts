import type { Box, PlateRead } from '../record/plate-read.ts';
import { classifyPlate } from './classify-plate.ts';
import { normalFormOf } from './plate-normal-form.ts';
import { boundsAlong, followsOnRow, isBelow } from './text-geometry.ts';

/** One text that an OCR service found; `confidence` is 0 to 1. */
export type FoundText = { readonly text: string; readonly confidence: number; readonly box: Box };

/** Texts that could together be one plate, in reading order. */
type Candidate = { readonly texts: readonly FoundText[]; readonly rank: number };

/** A row of the longest plates has region, head, letter and serial, each as a text of its own. */
const mostTextsOfRow = 4;
/** These bound the work on a picture that is full of texts, or on a hostile reply. */
const mostFollowers = 2;
const mostTexts = 100;
const mostPairs = 500;
/** The longest plate that a form describes has 13 characters. */
const mostCharacters = 14;
const platesCharacters = /^[0-9OIBS가-힣]+$/u;
const upperRow = /^[가-힣]{0,8}\d{0,3}[가-힣]?$/u;
const lowerRow = /^[가-힣]?[0-9OIBS]{4,6}$/u;

/**
 * Joins texts into plates, the likeliest first: words of a row, and two rows. Only what has the form of a
 * plate with its hangul counts, because four digits alone are as often a year or a price. Every text belongs
 * to one plate at most. The plate is what was read, without spaces; it is as certain as its least certain
 * text.
 */
export function joinTexts(found: readonly FoundText[]): readonly PlateRead[] {
  const texts = found.map(withoutNoise).filter(({ text }) => platesCharacters.test(text));
  const rows = rowsOf(texts.slice(0, mostTexts));
  const candidates = [...rows, ...pairsOf(rows)]
    .flatMap((row) => rankedCandidate(row))
    .toSorted(
      (one, other) =>
        one.rank - other.rank ||
        textOf(other.texts).length - textOf(one.texts).length ||
        confidenceOf(other.texts) - confidenceOf(one.texts),
    );
  const used = new Set<FoundText>();
  return candidates.flatMap(({ texts }) => {
    if (texts.some((text) => used.has(text))) return [];
    for (const text of texts) used.add(text);
    return [readOf(texts)];
  });
}

/** Bolts, bands and frames are read as signs around the plate, and the blue band as KOR. */
function withoutNoise({ text, ...rest }: FoundText): FoundText {
  const trimmed = normalFormOf(text)
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/^KOR(?=.)|(?<=.)KOR$/u, '');
  return { ...rest, text: trimmed };
}

/** Every sequence of neighbours on a row. */
function rowsOf(texts: readonly FoundText[]): readonly (readonly FoundText[])[] {
  const followers = new Map(texts.map((text) => [text, followersOf(text, texts)]));
  let longest: readonly (readonly FoundText[])[] = texts.map((text) => [text]);
  const rows = [...longest];
  for (let length = 2; length <= mostTextsOfRow; length += 1) {
    longest = longest.flatMap((row) =>
      row
        .slice(-1)
        .flatMap((last) => followers.get(last) ?? [])
        .map((next) => [...row, next])
        .filter(isShortEnough),
    );
    rows.push(...longest);
  }
  return rows.filter(isShortEnough);
}

function followersOf(text: FoundText, texts: readonly FoundText[]): readonly FoundText[] {
  return texts
    .flatMap((next) => {
      const gap = next === text ? undefined : followsOnRow(text.box, next.box);
      return gap === undefined ? [] : [{ next, gap }];
    })
    .toSorted((one, other) => one.gap - other.gap)
    .slice(0, mostFollowers)
    .map(({ next }) => next);
}

function pairsOf(rows: readonly (readonly FoundText[])[]): readonly (readonly FoundText[])[] {
  const [uppers, lowers] = [upperRow, lowerRow].map((form) =>
    rows.filter((row) => form.test(textOf(row))).map((texts) => ({ texts, bounds: boundsOf(texts) })),
  );
  return (uppers ?? [])
    .flatMap((upper) =>
      (lowers ?? [])
        .filter((lower) => isBelow(upper.bounds, lower.bounds))
        .map((lower) => [...upper.texts, ...lower.texts])
        .filter(isShortEnough),
    )
    .slice(0, mostPairs);
}

function rankedCandidate(texts: readonly FoundText[]): readonly Candidate[] {
  const text = textOf(texts);
  if (!/[가-힣]/u.test(text) || !/\d{2}/u.test(text)) return [];
  const { verdict, plateClass } = classifyPlate(text);
  // A district is any hangul, so a shop's name can look like one.
  if (verdict === 'valid') return [{ texts, rank: plateClass === 'motorcycle' ? 1 : 0 }];
  // The lower line alone has a letter before the serial; a region with two digits is a road sign, too.
  if (verdict === 'partial') return /\d{4}$/u.test(text) ? [{ texts, rank: 3 }] : [];
  return plateClass === 'undetermined' ? [] : [{ texts, rank: 2 }];
}

function readOf(texts: readonly FoundText[]): PlateRead {
  return { plate: textOf(texts), confidence: confidenceOf(texts), box: boundsOf(texts) };
}

function boundsOf(texts: readonly FoundText[]): Box {
  return boundsAlong(texts.map(({ box }) => box));
}

function textOf(texts: readonly FoundText[]): string {
  return texts.map(({ text }) => text).join('');
}

function confidenceOf(texts: readonly FoundText[]): number {
  return Math.min(...texts.map(({ confidence }) => confidence));
}

function isShortEnough(texts: readonly FoundText[]): boolean {
  return textOf(texts).length <= mostCharacters;
}
