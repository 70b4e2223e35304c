import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plateKeyOf } from '../../functions/core/plate.ts';

for (const [what, plate, plateKey] of [
  ['an ordinary plate stays as it is', '123가4567', '123가4567'],
  ['spaces go', ' 서울 12 바 5215 ', '서울12바5215'],
  ['line breaks and ideographic spaces go', '서울\n12\u3000바\t5215', '서울12바5215'],
  ['hyphens, dots and middle dots go', '12-가.34·56', '12가3456'],
  ['decomposed hangul is composed', '12가3456'.normalize('NFD'), '12가3456'],
  ['Latin letters become upper case', 'ab12cd', 'AB12CD'],
  ['nothing may be left', ' -.· ', ''],
] as const) {
  test(`in the form for search ${what}`, () => {
    assert.equal(plateKeyOf(plate), plateKey);
  });
}
