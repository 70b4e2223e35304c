import type { PlateCorrection, PlateVerdict } from '../record/record.ts';
import { matcherOf, nearMatchersOf, type FormPart } from './plate-form.ts';
import { normalFormOf } from './plate-normal-form.ts';
import {
  knownLetters,
  lookAlikeDigits,
  plateRules,
  regions,
  type HeadRange,
  type PlateClass,
  type PlateRule,
  type Region,
  type VehicleKind,
} from './plate-rules.ts';

/** What the rules report about one read. */
type ClassifiedPlate = {
  /** The normal form for search, with look-alikes replaced where their place is certain. May be empty. */
  readonly plateKey: string;
  readonly corrections: readonly PlateCorrection[];
  readonly plateClass: PlateClass;
  readonly region?: Region;
  readonly vehicleKind?: VehicleKind;
  readonly verdict: PlateVerdict;
  /** What is wrong or missing; empty where the verdict is `valid`. */
  readonly faults: readonly string[];
};

/** The longest plates, of old motorcycles, have 13; temporary plates carry names of authorities. */
const maxPlateCharacters = 20;

const forms = plateRules.map((rule) => ({ rule, match: matcherOf(rule.form) }));

/** A form of one part has no near forms. */
const nearForms = plateRules
  .filter((rule) => rule.form.includes(' '))
  .flatMap(({ form }) => nearMatchersOf(form).map((near) => ({ form, ...near })));

/**
 * Classifies a read by the rules of plate-rules.ts. Every text gets an answer; none is guessed into a better
 * one.
 */
export function classifyPlate(read: string): ClassifiedPlate {
  const normalForm = normalFormOf(read);
  if (normalForm === '') return undetermined(normalForm, 'nothing is left of the read');
  if (normalForm.length > maxPlateCharacters) {
    return undetermined(normalForm, `${normalForm.length} characters are too many for a plate`);
  }
  const matches = forms.flatMap(({ rule, match }) => {
    const parts = match(normalForm);
    return parts ? [{ rule, parts }] : [];
  });
  const fitting = matches.find(({ rule, parts }) => fitsLetter(rule, letterOf(parts))) ?? matches[0];
  if (fitting) return classifyByRule(fitting.rule, fitting.parts);
  if (normalForm.includes('임')) {
    const fault = 'the layout of temporary plates is not fixed, so it cannot be checked';
    return { ...undetermined(normalForm, fault), plateClass: 'temporary' };
  }
  return classifyByNearestForm(normalForm);
}

function classifyByRule(rule: PlateRule, readParts: readonly FormPart[]): ClassifiedPlate {
  const { parts, corrections } = replaceLookAlikes(readParts);
  const letter = letterOf(parts);
  const head = parts[parts.findIndex(({ name }) => name === 'letter') - 1]?.text;
  const headRange = rule.heads?.find(({ from, to }) => Number(head) >= from && Number(head) <= to);

  const faults: string[] = [];
  if (!fitsLetter(rule, letter)) {
    faults.push(
      knownLetters.includes(letter)
        ? `${letter} stands on no plate of this form`
        : `${letter} stands on no plate`,
    );
  } else if (rule.fault !== undefined) {
    faults.push(rule.fault);
  }
  if (rule.heads && !headRange) {
    faults.push(`the head ${head ?? ''} does not go with ${letter}: heads are ${spansOf(rule.heads)}`);
  }
  if (parts.at(-1)?.name === '####' && parts.at(-1)?.text === '0000') {
    faults.push('the serial 0000 does not exist');
  }
  const verdict = faults.length > 0 ? 'suspect' : rule.line ? 'partial' : 'valid';
  return {
    plateKey: parts.map(({ text }) => text).join(''),
    corrections,
    plateClass: fitsLetter(rule, letter) ? rule.plateClass : 'undetermined',
    ...regionOf(parts),
    ...(headRange?.vehicleKind && { vehicleKind: headRange.vehicleKind }),
    verdict,
    faults: rule.line ? [`only the ${rule.line} line of a plate of two lines`, ...faults] : faults,
  };
}

/** Replaces no look-alikes: if one part is wrong, the others are not certain. */
function classifyByNearestForm(normalForm: string): ClassifiedPlate {
  const [nearest] = nearForms
    .flatMap(({ form, wrongPart, match }) => {
      const parts = match(normalForm);
      const wrong = parts?.[wrongPart];
      return parts && wrong ? [{ form, parts, wrong }] : [];
    })
    .sort((one, other) => distanceOf(one.wrong) - distanceOf(other.wrong));
  if (!nearest) return undetermined(normalForm, 'the read has the form of no plate');

  const { form, parts, wrong } = nearest;
  const fault =
    wrong.text === ''
      ? `the ${wrong.name} of the form "${form}" is missing`
      : `${visible(wrong.text)} stands where the form "${form}" has its ${wrong.name}`;
  return { ...undetermined(normalForm, fault), ...regionOf(parts) };
}

/**
 * One wrong character in the letter's place is nearest: readers change a letter more often than they lose
 * one.
 */
function distanceOf({ name, text }: FormPart): number {
  if (name === 'letter' && text.length === 1) return 0;
  if (!name.startsWith('#')) return 1 + text.length;
  // Digits are right here, only too many or too few.
  return 1 + text.replace(/[0-9]/g, '').length + (text.length === name.length ? 0 : 1);
}

function undetermined(plateKey: string, fault: string): ClassifiedPlate {
  return { plateKey, corrections: [], plateClass: 'undetermined', verdict: 'suspect', faults: [fault] };
}

function replaceLookAlikes(readParts: readonly FormPart[]): {
  readonly parts: readonly FormPart[];
  readonly corrections: readonly PlateCorrection[];
} {
  const corrections: PlateCorrection[] = [];
  let at = 0;
  const parts = readParts.map((part) => {
    const characters = Array.from(part.text, (from) => {
      const to = lookAlikeDigits.get(from) ?? from;
      if (to !== from) corrections.push({ at, from, to });
      at += 1;
      return to;
    });
    return { ...part, text: characters.join('') };
  });
  return { parts, corrections };
}

function letterOf(parts: readonly FormPart[]): string {
  return parts.find(({ name }) => name === 'letter')?.text ?? '';
}

function fitsLetter(rule: PlateRule, letter: string): boolean {
  return rule.letters?.includes(letter) ?? true;
}

function regionOf(parts: readonly FormPart[]): { readonly region?: Region } {
  const name = parts.find((part) => part.name === 'region')?.text;
  const region = regions.find((known) => known === name);
  return region ? { region } : {};
}

function spansOf(heads: readonly HeadRange[]): string {
  return heads.map(({ from, to }) => `${String(from).padStart(2, '0')}–${to}`).join(', ');
}

/** Shows control characters and lone surrogates by their code points: faults appear in terminals. */
function visible(text: string): string {
  return text.replace(
    /\p{Other}/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
