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

/** What the rules say of one read. */
type ClassifiedPlate = {
  /** The normal form, look-alikes folded where their place is certain; what is searched. May be empty. */
  readonly plateKey: string;
  readonly corrections: readonly PlateCorrection[];
  readonly plateClass: PlateClass;
  readonly region?: Region;
  readonly vehicleKind?: VehicleKind;
  readonly verdict: PlateVerdict;
  /** What is wrong or missing, in words; empty where the verdict is `valid`. */
  readonly faults: readonly string[];
};

/** Old motorcycles' plates, the longest, have 13; temporary ones bear names of authorities. */
const maxPlateCharacters = 20;

const forms = plateRules.map((rule) => ({ rule, match: matcherOf(rule.form) }));

/** With one place alone there is nothing to be near to. */
const nearForms = plateRules
  .filter((rule) => rule.form.includes(' '))
  .flatMap(({ form }) => nearMatchersOf(form).map((near) => ({ form, ...near })));

/** Says what a read is by the rules of plate-rules.ts. Every text has an answer; none is guessed into a better one. */
export function classifyPlate(read: string): ClassifiedPlate {
  const normalForm = normalFormOf(read);
  if (normalForm === '') return undetermined(normalForm, 'nothing is left of the read');
  if (normalForm.length > maxPlateCharacters) {
    return undetermined(normalForm, `${normalForm.length} characters are too many for a plate`);
  }
  const matches = forms.flatMap(({ rule, match }) => {
    const places = match(normalForm);
    return places ? [{ rule, places }] : [];
  });
  const fitting = matches.find(({ rule, places }) => fitsLetter(rule, letterOf(places))) ?? matches[0];
  if (fitting) return classifyByRule(fitting.rule, fitting.places);
  if (normalForm.includes('임')) {
    const fault = 'the layout of temporary plates is not fixed, so it cannot be checked';
    return { ...undetermined(normalForm, fault), plateClass: 'temporary' };
  }
  return classifyByNearestForm(normalForm);
}

function classifyByRule(rule: PlateRule, readPlaces: readonly FormPart[]): ClassifiedPlate {
  const { places, corrections } = foldLookAlikes(readPlaces);
  const letter = letterOf(places);
  const head = places[places.findIndex(({ name }) => name === 'letter') - 1]?.text;
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
  if (places.at(-1)?.name === '####' && places.at(-1)?.text === '0000') {
    faults.push('the serial 0000 does not exist');
  }
  const verdict = faults.length > 0 ? 'suspect' : rule.line ? 'partial' : 'valid';
  return {
    plateKey: places.map(({ text }) => text).join(''),
    corrections,
    plateClass: fitsLetter(rule, letter) ? rule.plateClass : 'undetermined',
    ...regionOf(places),
    ...(headRange?.vehicleKind && { vehicleKind: headRange.vehicleKind }),
    verdict,
    faults: rule.line ? [`only the ${rule.line} line of a plate of two lines`, ...faults] : faults,
  };
}

/** Nothing is folded here: with one place wrong, the others are not certain. */
function classifyByNearestForm(normalForm: string): ClassifiedPlate {
  const [nearest] = nearForms
    .flatMap(({ form, wrongPlace, match }) => {
      const places = match(normalForm);
      const wrong = places?.[wrongPlace];
      return places && wrong ? [{ form, places, wrong }] : [];
    })
    .sort((one, other) => distanceOf(one.wrong) - distanceOf(other.wrong));
  if (!nearest) return undetermined(normalForm, 'the read has the form of no plate');

  const { form, places, wrong } = nearest;
  const fault =
    wrong.text === ''
      ? `the ${wrong.name} of the form "${form}" is missing`
      : `${visible(wrong.text)} stands where the form "${form}" has its ${wrong.name}`;
  return { ...undetermined(normalForm, fault), ...regionOf(places) };
}

/** Nothing is nearer than one character in the hangul's place: readers change a letter more often than they lose one. */
function distanceOf({ name, text }: FormPart): number {
  if (name === 'letter' && text.length === 1) return 0;
  if (!name.startsWith('#')) return 1 + text.length;
  // Digits are right in their place, only too many or too few.
  return 1 + text.replace(/[0-9]/g, '').length + (text.length === name.length ? 0 : 1);
}

function undetermined(plateKey: string, fault: string): ClassifiedPlate {
  return { plateKey, corrections: [], plateClass: 'undetermined', verdict: 'suspect', faults: [fault] };
}

function foldLookAlikes(readPlaces: readonly FormPart[]): {
  readonly places: readonly FormPart[];
  readonly corrections: readonly PlateCorrection[];
} {
  const corrections: PlateCorrection[] = [];
  let at = 0;
  const places = readPlaces.map((place) => {
    const characters = Array.from(place.text, (from) => {
      const to = lookAlikeDigits.get(from) ?? from;
      if (to !== from) corrections.push({ at, from, to });
      at += 1;
      return to;
    });
    return { ...place, text: characters.join('') };
  });
  return { places, corrections };
}

function letterOf(places: readonly FormPart[]): string {
  return places.find(({ name }) => name === 'letter')?.text ?? '';
}

function fitsLetter(rule: PlateRule, letter: string): boolean {
  return rule.letters?.includes(letter) ?? true;
}

function regionOf(places: readonly FormPart[]): { readonly region?: Region } {
  const name = places.find((place) => place.name === 'region')?.text;
  const region = regions.find((known) => known === name);
  return region ? { region } : {};
}

function spansOf(heads: readonly HeadRange[]): string {
  return heads.map(({ from, to }) => `${String(from).padStart(2, '0')}–${to}`).join(', ');
}

/** Control characters, lone surrogates and the like by their numbers: faults are shown in terminals. */
function visible(text: string): string {
  return text.replace(
    /\p{Other}/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
