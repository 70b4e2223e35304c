import assert from 'node:assert/strict';
import { test } from 'vitest';
import { normalFormOf } from '../../../../functions/core/plate/plate-normal-form.ts';

for (const [what, text, normalForm] of [
  ['an ordinary plate stays as it is', '123가4567', '123가4567'],
  ['spaces go', ' 서울 12 바 5215 ', '서울12바5215'],
  ['line breaks, tabs and ideographic spaces go', '서울\n12\u3000바\t5215', '서울12바5215'],
  ['invisible characters go', '\uFEFF12\u200B가\u2060\u200D3456', '12가3456'],
  ['hyphens, dots and middle dots go', '12-가.34·56', '12가3456'],
  ['other dashes go', '12–가—34−56‐', '12가3456'],
  ['other middle dots go', '12ㆍ가・34･5‧6•', '12가3456'],
  ['decomposed hangul is composed', '서울12바5215'.normalize('NFD'), '서울12바5215'],
  ['parts of a syllable that a separator parted are composed', '12\u1100-\u11613456', '12가3456'],
  ['characters count the same composed and decomposed', '12a\u0301\u0387', '12á'],
  ['full-width digits and letters become ASCII', '１２가３４ｏＯ', '12가34OO'],
  ['Latin letters become capitals', 'ab12cd', 'AB12CD'],
  ['a character that contains others is not taken apart', '12가3½①²ß', '12가3½①²ß'],
  ['lone hangul vowels and consonants stay', '12ㄱㅏ3456', '12ㄱㅏ3456'],
  ['nothing may be left', ' -.· ', ''],
] as const) {
  test(`in the normal form ${what}`, () => {
    assert.equal(normalFormOf(text), normalForm);
  });
}
