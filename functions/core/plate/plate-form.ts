import { diplomaticWords, lookAlikeDigits, regions } from './plate-rules.ts';

/** One part of a form, and the text in it. */
export type FormPart = {
  /** Its name in the form: `region`, `letter`, `####` … */
  readonly name: string;
  readonly text: string;
};

/** The parts of a text, from left to right; undefined where the text has another form. */
type FormMatcher = (text: string) => readonly FormPart[] | undefined;

// 임 is on temporary plates only, except in the name of the district 임실.
const syllable = '(?!임)[가-힣]';
const partPatterns: ReadonlyMap<string, string> = new Map([
  ['region', regions.join('|')],
  ['word', diplomaticWords.join('|')],
  ['district', `(?:임실|${syllable}){1,6}`],
  ['letter', syllable],
]);

/**
 * A matcher of a form in the notation of `PlateRule`. A look-alike letter matches a digit too, where hangul
 * on the plate makes the place certain.
 */
export function matcherOf(form: string): FormMatcher {
  const names = form.split(' ');
  return matcher(
    names,
    names.map((name) => patternOf(name, form)),
  );
}

/** Matchers that each accept up to six characters of any kind, or none, in one part of the form. */
export function nearMatchersOf(
  form: string,
): readonly { readonly wrongPart: number; readonly match: FormMatcher }[] {
  const names = form.split(' ');
  return names.map((_name, wrongPart) => ({
    wrongPart,
    match: matcher(
      names,
      names.map((name, part) => (part === wrongPart ? '[^]{0,6}' : patternOf(name, form))),
    ),
  }));
}

function patternOf(name: string, form: string): string {
  const digits = /[^#0 ]/.test(form) ? ['0-9', ...lookAlikeDigits.keys()].join('') : '0-9';
  return partPatterns.get(name) ?? name.replaceAll('0', '[0O]').replaceAll('#', `[${digits}]`);
}

function matcher(names: readonly string[], patterns: readonly string[]): FormMatcher {
  const expression = new RegExp(`^${patterns.map((pattern) => `(${pattern})`).join('')}$`, 'u');
  return (text) => {
    const match = expression.exec(text);
    return match ? names.map((name, part) => ({ name, text: match[part + 1] ?? '' })) : undefined;
  };
}
