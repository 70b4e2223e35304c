/**
 * What is on South Korean plates. Sources: A the notice of the ministry (MOLIT) of 2013; B MOLIT 2021-202; C
 * public rules after MOLIT 2025-121, which their author checked on 90,000 labelled plates; D press reports.
 * Each rule names its sources and how certain it is. MOLIT 2025-676 takes effect on 2026-11-28 and is not in
 * these rules.
 */
export const rulesVersion = '2026-11-22 MOLIT 2025-121';

/** `private` includes official cars; electric and corporate cars differ from it in colour only (C, D). */
export type PlateClass =
  | 'private'
  | 'rental'
  | 'commercial'
  | 'parcel'
  | 'military'
  | 'diplomatic'
  | 'construction-machine'
  | 'motorcycle'
  | 'regional'
  | 'temporary'
  | 'undetermined';

/** Provinces and cities as plates name them. */
// prettier-ignore
export const regions = [
  '서울', '부산', '대구', '인천', '광주', '대전', '울산', '세종', '경기', '강원', '충북', '충남', '전북', '전남', '경북', '경남', '제주',
] as const;
export type Region = (typeof regions)[number];

/** The kind of vehicle that a head number shows. */
export type VehicleKind = 'car' | 'van' | 'truck' | 'special' | 'emergency';

/** A range of head numbers, both ends included. */
export type HeadRange = {
  readonly from: number;
  readonly to: number;
  /** Absent where the head shows something else. */
  readonly vehicleKind?: VehicleKind;
};

/** The words before the numbers of a diplomatic plate (A, D). */
export const diplomaticWords = ['외교', '영사', '준외', '준영', '국기', '협정', '대표'] as const;

/** The Latin letters that readers confuse with digits. */
export const lookAlikeDigits: ReadonlyMap<string, string> = new Map([
  ['O', '0'],
  ['I', '1'],
  ['B', '8'],
  ['S', '5'],
]);

// The letters of each use. A, B, C: high.
const privateLetters = '가나다라마 거너더러머버서어저 고노도로모보소오조 구누두루무부수우주';
const rentalLetters = '하허호';
const commercialLetters = '바사아자';
const parcelLetters = '배';
// C: medium; only 육 was observed.
const militaryLetters = '국합육해공';
// C: medium. The letters of old motorcycles: those that are on cars too, and those that are not.
const motorcycleAndCarLetters = '가나다라마바사아자하 거너더러머버서어저허';
const motorcycleOnlyLetters = '차카타파 처커터퍼';

/** 40 letters (C). 바 사 아 자 배 with two digits are on commercial and parcel plates today. */
const regionalLetters = privateLetters + rentalLetters;
const regionalOneDigitLetters = regionalLetters + commercialLetters + parcelLetters;

/** Every letter that is on any plate; checked where the letters of a class are unpublished. */
export const knownLetters = regionalOneDigitLetters + militaryLetters + motorcycleOnlyLetters;
const lettersOfThreeDigitHeads = privateLetters + rentalLetters + militaryLetters + motorcycleOnlyLetters;

// A: high.
const twoDigitHeads: readonly HeadRange[] = [
  { from: 1, to: 69, vehicleKind: 'car' },
  { from: 70, to: 79, vehicleKind: 'van' },
  { from: 80, to: 97, vehicleKind: 'truck' },
  { from: 98, to: 99, vehicleKind: 'special' },
];
// B, C, D: high. Rental cars have the first two ranges (A, C: high).
const rentalThreeDigitHeads: readonly HeadRange[] = [
  { from: 100, to: 699, vehicleKind: 'car' },
  { from: 700, to: 799, vehicleKind: 'van' },
];
const threeDigitHeads: readonly HeadRange[] = [
  ...rentalThreeDigitHeads,
  { from: 800, to: 979, vehicleKind: 'truck' },
  { from: 980, to: 997, vehicleKind: 'special' },
  { from: 998, to: 999, vehicleKind: 'emergency' },
];
// C: medium. The type of the machine.
const constructionTypes: readonly HeadRange[] = [{ from: 1, to: 27 }];

const noThreeDigitHead = 'a three-digit head with 바, 사, 아, 자 or 배 is in no notice';

/** One class in one of its forms. */
export type PlateRule = {
  readonly plateClass: PlateClass;
  /**
   * Its parts from left to right, separated by spaces: `#` a digit, `letter` one hangul syllable, `region`,
   * `district` any hangul name, `word` one of the diplomatic words; `0` and `영` are literal. `####` is the
   * serial; the digits before the letter are the head.
   */
  readonly form: string;
  /** Absent in a form without a letter. */
  readonly letters?: string;
  /** Absent where every head is valid. */
  readonly heads?: readonly HeadRange[];
  /** What is wrong with a form that is read but in no notice. */
  readonly fault?: string;
  /** Only this line of a plate of two lines. */
  readonly line?: 'upper' | 'lower';
};

/**
 * The first rule whose form and letter match decides. Temporary plates have no fixed form, only 임 (C: low).
 */
// prettier-ignore
export const plateRules: readonly PlateRule[] = [
  // D: high, its letters unknown. The serial shows the use: up to 0999 official, up to 5999 private, above
  // for hire.
  { plateClass: 'construction-machine', form: '0## letter ####',         letters: lettersOfThreeDigitHeads },
  { plateClass: 'construction-machine', form: '0## letter ####',         letters: commercialLetters + parcelLetters, fault: noThreeDigitHead },

  // A, B, C: high.
  { plateClass: 'private',              form: '## letter ####',          letters: privateLetters,    heads: twoDigitHeads },
  { plateClass: 'private',              form: '### letter ####',         letters: privateLetters,    heads: threeDigitHeads },
  // A, C: high.
  { plateClass: 'rental',               form: '## letter ####',          letters: rentalLetters,     heads: twoDigitHeads },
  { plateClass: 'rental',               form: '### letter ####',         letters: rentalLetters,     heads: rentalThreeDigitHeads },
  // A, C: high; rare but legal without a region.
  { plateClass: 'commercial',           form: 'region ## letter ####',   letters: commercialLetters, heads: twoDigitHeads },
  { plateClass: 'commercial',           form: '## letter ####',          letters: commercialLetters, heads: twoDigitHeads },
  { plateClass: 'commercial',           form: '### letter ####',         letters: commercialLetters, heads: threeDigitHeads, fault: noThreeDigitHead },
  // C, D: high.
  { plateClass: 'parcel',               form: 'region ## letter ####',   letters: parcelLetters,     heads: twoDigitHeads },
  { plateClass: 'parcel',               form: '## letter ####',          letters: parcelLetters,     heads: twoDigitHeads },
  { plateClass: 'parcel',               form: '### letter ####',         letters: parcelLetters,     heads: threeDigitHeads, fault: noThreeDigitHead },

  // 1996 to 2003; C: high. A construction machine without 영 reads the same (C: medium), but cars are more
  // frequent.
  { plateClass: 'regional',             form: 'region ## letter ####',   letters: regionalLetters,   heads: twoDigitHeads },
  // 1973 to 1995; C: medium.
  { plateClass: 'regional',             form: 'region # letter ####',    letters: regionalOneDigitLetters },

  // C: medium.
  { plateClass: 'military',             form: '## letter ####',          letters: militaryLetters },
  // A, D: high.
  { plateClass: 'diplomatic',           form: 'word ### ###' },
  // C: medium, its letters unknown.
  { plateClass: 'construction-machine', form: '영 region ## letter ####', letters: knownLetters,      heads: constructionTypes },
  // C: medium.
  { plateClass: 'motorcycle',           form: 'region district letter ####', letters: motorcycleAndCarLetters + motorcycleOnlyLetters },
  // From 2026-03-20; D: medium, its letters unknown.
  { plateClass: 'motorcycle',           form: '# letter # ####',         letters: knownLetters },

  // The lower line alone is frequent, the upper line alone rare. 바 사 아 자 are on motorcycles too, but mostly
  // on taxis, buses and freight vehicles.
  { plateClass: 'commercial',           form: 'letter ####',             letters: commercialLetters,     line: 'lower' },
  { plateClass: 'parcel',               form: 'letter ####',             letters: parcelLetters,         line: 'lower' },
  { plateClass: 'motorcycle',           form: 'letter ####',             letters: motorcycleOnlyLetters, line: 'lower' },
  { plateClass: 'undetermined',         form: 'letter ####',             letters: regionalLetters,       line: 'lower' },
  { plateClass: 'undetermined',         form: '####',                                                    line: 'lower' },
  { plateClass: 'undetermined',         form: 'region ##',                                               line: 'upper' },
  { plateClass: 'undetermined',         form: 'region #',                                                line: 'upper' },
];
