import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { classifyPlate } from '../../../../functions/core/plate/classify-plate.ts';

describe('a plate as it is seen on the road', () => {
  // prettier-ignore
  for (const [what, read, plateClass, region, vehicleKind] of [
    ['private, two digits',                         '12가3456',         'private',              undefined, 'car'],
    ['private, three digits',                       '123가4567',        'private',              undefined, 'car'],
    ['a private van',                               '71루 2345',        'private',              undefined, 'van'],
    ['a private truck',                             '80보 1234',        'private',              undefined, 'truck'],
    ['a police car',                                '998오1234',        'private',              undefined, 'emergency'],
    ['electric, blue',                              '123머4567',        'private',              undefined, 'car'],
    ['corporate, green',                            '345누6789',        'private',              undefined, 'car'],
    ['rental, two digits',                          '12하3456',         'rental',               undefined, 'car'],
    ['rental, three digits',                        '123허4567',        'rental',               undefined, 'car'],
    ['a rental van',                                '700호1234',        'rental',               undefined, 'van'],
    ['a taxi',                                      '서울12바3456',     'commercial',           '서울',    'car'],
    ['a taxi in two lines',                         '경기 37\n아 4567', 'commercial',           '경기',    'car'],
    ['a bus',                                       '경남 70 자 1234',  'commercial',           '경남',    'van'],
    ['freight',                                     '인천 89 사 1234',  'commercial',           '인천',    'truck'],
    ['commercial, without region',                  '32바4567',         'commercial',           undefined, 'car'],
    ['parcel delivery',                             '경기88배1234',     'parcel',               '경기',    'truck'],
    ['parcel delivery, without region',             '88배1234',         'parcel',               undefined, 'truck'],
    ['regional, 1996 to 2003',                      '서울 52 가 3108',  'regional',             '서울',    'car'],
    ['regional, a truck',                           '부산 84 너 1234',  'regional',             '부산',    'truck'],
    ['regional, a rental car',                      '제주 55 허 1234',  'regional',             '제주',    'car'],
    ['regional, 1973 to 1995',                      '서울 2 가 1234',   'regional',             '서울',    undefined],
    ['regional, a taxi before 1996',                '서울 4 바 1234',   'regional',             '서울',    undefined],
    ['of the army',                                 '12육3456',         'military',             undefined, undefined],
    ['of the defence ministry',                     '01국1234',         'military',             undefined, undefined],
    ['of the joint chiefs',                         '11합1234',         'military',             undefined, undefined],
    ['of the navy',                                 '21해1234',         'military',             undefined, undefined],
    ['of the air force',                            '31공1234',         'military',             undefined, undefined],
    ['of an embassy',                               '외교123-456',      'diplomatic',           undefined, undefined],
    ['of a consulate',                              '영사 012-345',     'diplomatic',           undefined, undefined],
    ['of diplomatic staff',                         '준외001003',       'diplomatic',           undefined, undefined],
    ['of consular staff',                           '준영 123-456',     'diplomatic',           undefined, undefined],
    ['of an international organisation',            '국기 123-456',     'diplomatic',           undefined, undefined],
    ['of a party to an agreement',                  '협정 123-456',     'diplomatic',           undefined, undefined],
    ['of a mission',                                '대표 123-456',     'diplomatic',           undefined, undefined],
    ['an official construction machine',            '001가0999',        'construction-machine', undefined, undefined],
    ['a private construction machine',              '012가3456',        'construction-machine', undefined, undefined],
    ['a construction machine for hire',             '027가6000',        'construction-machine', undefined, undefined],
    ['an older construction machine',               '영 경기 02 가 1234', 'construction-machine', '경기',  undefined],
    ['an old motorcycle',                           '서울 강남 가 1234', 'motorcycle',          '서울',    undefined],
    ['an old motorcycle with a letter of its own',  '경기남양주 차 1234', 'motorcycle',         '경기',    undefined],
    ['an old motorcycle of a one-syllable district', '서울 중 카 1234', 'motorcycle',           '서울',    undefined],
    ['an old motorcycle of 임실, which is not temporary', '전북 임실 가 1234', 'motorcycle',    '전북',    undefined],
    ['a motorcycle of 2026',                        '1가2 3456',        'motorcycle',           undefined, undefined],
  ] as const) {
    test(`${what}: ${JSON.stringify(read)} is ${plateClass}`, () => {
      const classified = classifyPlate(read);
      assert.deepEqual(
        [classified.plateClass, classified.region, classified.vehicleKind, classified.verdict],
        [plateClass, region, vehicleKind, 'valid'],
      );
      assert.deepEqual(classified.faults, []);
      assert.deepEqual(classified.corrections, []);
    });
  }
});

describe('letters', () => {
  const privateLetters = Array.from('가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주');
  assert.equal(privateLetters.length, 32);

  for (const letter of privateLetters) {
    test(`${letter} is on private cars of both forms, and on regional ones`, () => {
      const classified = ['12', '123', '서울12', '서울1'].map((head) =>
        classifyPlate(`${head}${letter}3456`),
      );
      assert.deepEqual(
        classified.map(({ plateClass, verdict }) => `${plateClass} ${verdict}`),
        ['private valid', 'private valid', 'regional valid', 'regional valid'],
      );
    });
  }

  test('under one digit, regional plates bear forty letters', () => {
    for (const letter of [...privateLetters, '하', '허', '호', '바', '사', '아', '자', '배']) {
      const { plateClass, verdict } = classifyPlate(`대구3${letter}3456`);
      assert.deepEqual([plateClass, verdict], ['regional', 'valid'], letter);
    }
  });

  test('on old motorcycles are the two rows from 가 and 거', () => {
    for (const letter of '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허') {
      const { plateClass, verdict } = classifyPlate(`광주북${letter}3456`);
      assert.deepEqual([plateClass, verdict], ['motorcycle', 'valid'], letter);
    }
  });

  test('that no plate bears are said', () => {
    const classified = classifyPlate('12리3456');
    assert.deepEqual([classified.plateClass, classified.verdict], ['undetermined', 'suspect']);
    assert.deepEqual(classified.faults, ['리 stands on no plate']);
  });

  test('that are on plates of another form are named', () => {
    const classified = classifyPlate('12차3456');
    assert.deepEqual([classified.plateClass, classified.verdict], ['undetermined', 'suspect']);
    assert.deepEqual(classified.faults, ['차 stands on no plate of this form']);
  });
});

for (const region of [
  ...[
    '서울',
    '부산',
    '대구',
    '인천',
    '광주',
    '대전',
    '울산',
    '세종',
    '경기',
    '강원',
    '충북',
    '충남',
    '전북',
    '전남',
  ],
  ...['경북', '경남', '제주'],
]) {
  test(`${region} is a region`, () => {
    const classified = ['12바3456', '12가3456', '1가3456', '달서가3456'].map((rest) =>
      classifyPlate(region + rest),
    );
    assert.deepEqual(
      classified.map(({ plateClass, region, verdict }) => [plateClass, region, verdict]),
      ['commercial', 'regional', 'regional', 'motorcycle'].map((plateClass) => [plateClass, region, 'valid']),
    );
  });
}

describe('the head says the kind of vehicle', () => {
  // prettier-ignore
  for (const [letter, vehicleKind, heads] of [
    ['가', 'car',       ['01', '69', '100', '699', '서울01', '서울69']],
    ['가', 'van',       ['70', '79', '700', '799', '서울70', '서울79']],
    ['가', 'truck',     ['80', '97', '800', '979', '서울80', '서울97']],
    ['가', 'special',   ['98', '99', '980', '997', '서울98', '서울99']],
    ['가', 'emergency', ['998', '999']],
    ['허', 'car',       ['01', '69', '100', '699']],
    ['허', 'van',       ['70', '79', '700', '799']],
    ['바', 'car',       ['01', '69', '서울01', '서울69']],
    ['바', 'van',       ['70', '79', '서울70', '서울79']],
    ['바', 'truck',     ['80', '97', '서울80', '서울97']],
    ['바', 'special',   ['98', '99', '서울98', '서울99']],
    ['배', 'truck',     ['80', '97', '서울80', '서울97']],
  ] as const) {
    for (const head of heads) {
      test(`${head}${letter}3456 is a ${vehicleKind}`, () => {
        const classified = classifyPlate(`${head}${letter}3456`);
        assert.deepEqual([classified.vehicleKind, classified.verdict], [vehicleKind, 'valid']);
      });
    }
  }
});

describe('what is wrong with a plate is said in words', () => {
  const noThreeDigitHead = 'a three-digit head with 바, 사, 아, 자 or 배 is in no notice';
  const noSerial = 'the serial 0000 does not exist';
  // prettier-ignore
  for (const [read, plateClass, ...faults] of [
    ['12가0000',         'private',              noSerial],
    ['서울12바0000',     'commercial',           noSerial],
    ['012가0000',        'construction-machine', noSerial],
    ['서울강남가0000',   'motorcycle',           noSerial],
    ['1가20000',         'motorcycle',           noSerial],
    ['00가1234',         'private',              'the head 00 does not go with 가: heads are 01–69, 70–79, 80–97, 98–99'],
    ['서울00바1234',     'commercial',           'the head 00 does not go with 바: heads are 01–69, 70–79, 80–97, 98–99'],
    ['800하1234',        'rental',               'the head 800 does not go with 하: heads are 100–699, 700–799'],
    ['999호1234',        'rental',               'the head 999 does not go with 호: heads are 100–699, 700–799'],
    ['영서울00가1234',   'construction-machine', 'the head 00 does not go with 가: heads are 01–27'],
    ['영서울28가1234',   'construction-machine', 'the head 28 does not go with 가: heads are 01–27'],
    ['123바4567',        'commercial',           noThreeDigitHead],
    ['123사4567',        'commercial',           noThreeDigitHead],
    ['123아4567',        'commercial',           noThreeDigitHead],
    ['123자4567',        'commercial',           noThreeDigitHead],
    ['800배1234',        'parcel',               noThreeDigitHead],
    ['012바3456',        'construction-machine', noThreeDigitHead],
    ['123바0000',        'commercial',           noThreeDigitHead, noSerial],
    ['012힣3456',        'undetermined',         '힣 stands on no plate'],
    ['12A3456',          'undetermined',         'A stands where the form "## letter ####" has its letter'],
    ['1283456',          'undetermined',         '8 stands where the form "## letter ####" has its letter'],
    ['12383456',         'undetermined',         '8 stands where the form "### letter ####" has its letter'],
    ['서울12B345O',      'undetermined',         'B stands where the form "region ## letter ####" has its letter'],
    ['85215',            'undetermined',         '8 stands where the form "letter ####" has its letter'],
    ['12가345',          'undetermined',         '345 stands where the form "## letter ####" has its ####'],
    ['12가34567',        'undetermined',         '34567 stands where the form "## letter ####" has its ####'],
    ['서울12바34567',    'undetermined',         '34567 stands where the form "region ## letter ####" has its ####'],
    ['1Z3가4567',        'undetermined',         '1Z3 stands where the form "### letter ####" has its ###'],
    ['12가34Z6',         'undetermined',         '34Z6 stands where the form "## letter ####" has its ####'],
    ['부선12바3456',     'undetermined',         '부선 stands where the form "region ## letter ####" has its region'],
    ['1가5215',          'undetermined',         'the region of the form "region # letter ####" is missing'],
    ['12가345\u001b',    'undetermined',         '345U+001B stands where the form "## letter ####" has its ####'],
    ['HELLO WORLD',      'undetermined',         'the read has the form of no plate'],
    ['12가3456 12가3456 12가3456', 'undetermined', '21 characters are too many for a plate'],
    ['',                 'undetermined',         'nothing is left of the read'],
    [' - ',              'undetermined',         'nothing is left of the read'],
  ] as const) {
    test(`${JSON.stringify(read)} is suspect`, () => {
      const classified = classifyPlate(read);
      assert.deepEqual([classified.plateClass, classified.verdict], [plateClass, 'suspect']);
      assert.deepEqual(classified.faults, faults);
    });
  }

  for (const read of ['임1234', '임 서울 1234', '서울 임시 1234', '12임3456', '서울12임3456']) {
    test(`${read} is temporary and cannot be checked`, () => {
      const classified = classifyPlate(read);
      assert.deepEqual([classified.plateClass, classified.verdict], ['temporary', 'suspect']);
      assert.deepEqual(classified.faults, [
        'the layout of temporary plates is not fixed, so it cannot be checked',
      ]);
    });
  }

  test('a wrong letter keeps the region and the kind of vehicle that the rest says', () => {
    const { region, vehicleKind } = classifyPlate('서울12리3456');
    assert.deepEqual([region, vehicleKind], ['서울', 'car']);
  });
});

describe('one line of a plate of two lines is a partial read', () => {
  for (const [read, plateClass, line] of [
    ['바5215', 'commercial', 'lower'],
    ['자 5215', 'commercial', 'lower'],
    ['배5215', 'parcel', 'lower'],
    ['차5215', 'motorcycle', 'lower'],
    ['가5215', 'undetermined', 'lower'],
    ['5215', 'undetermined', 'lower'],
    ['서울12', 'undetermined', 'upper'],
    ['서울 1', 'undetermined', 'upper'],
  ] as const) {
    test(`${read} is the ${line} line, ${plateClass}`, () => {
      const classified = classifyPlate(read);
      assert.deepEqual([classified.plateClass, classified.verdict], [plateClass, 'partial']);
      assert.deepEqual(classified.faults, [`only the ${line} line of a plate of two lines`]);
    });
  }

  test('and is suspect where something in it is wrong, too', () => {
    const partial = 'only the lower line of a plate of two lines';
    assert.deepEqual(classifyPlate('바0000').faults, [partial, 'the serial 0000 does not exist']);
    assert.deepEqual(classifyPlate('리5215').faults, [partial, '리 stands on no plate']);
    assert.equal(classifyPlate('바0000').verdict, 'suspect');
    assert.equal(classifyPlate('리5215').verdict, 'suspect');
  });
});

describe('a Latin look-alike in the place of a digit is folded, and listed', () => {
  for (const [read, plateKey, corrections] of [
    ['O1가3456', '01가3456', ['0 O 0']],
    ['1i가3456', '11가3456', ['1 I 1']],
    ['12가3B56', '12가3856', ['4 B 8']],
    ['123가456S', '123가4565', ['7 S 5']],
    ['１２가３４５Ｏ', '12가3450', ['6 O 0']],
    ['서울 I2 바 34 S6', '서울12바3456', ['2 I 1', '7 S 5']],
    ['O12가3456', '012가3456', ['0 O 0']],
    ['외교I23-4S6', '외교123456', ['2 I 1', '6 S 5']],
    ['바S2IS', '바5215', ['1 S 5', '3 I 1', '4 S 5']],
    ['12리345O', '12리3450', ['6 O 0']],
  ] as const) {
    test(`${read} is searched as ${plateKey}`, () => {
      const classified = classifyPlate(read);
      assert.equal(classified.plateKey, plateKey);
      assert.deepEqual(
        classified.corrections.map(({ at, from, to }) => `${at} ${from} ${to}`),
        corrections,
      );
    });
  }

  for (const [why, read] of [
    ['in the place of the hangul', '12O3456'],
    ['where the place of the hangul is not certain', 'I2A34S6'],
    ['without hangul', 'SOI8'],
    ['on a temporary plate, whose layout is not fixed', '임I234'],
    ['that looks like no digit', '12가34Z6'],
  ] as const) {
    test(`but not a letter ${why}`, () => {
      const { plateKey, corrections, verdict } = classifyPlate(read);
      assert.deepEqual([plateKey, corrections, verdict], [read, [], 'suspect']);
    });
  }

  test('and hangul look-alikes stay as they were read', () => {
    for (const read of [
      '서울12배3456',
      '서울12바3456',
      '12하3456',
      '12허3456',
      '12호3456',
      '12육3456',
      '12우3456',
    ]) {
      assert.equal(classifyPlate(read).plateKey, read);
    }
  });
});
