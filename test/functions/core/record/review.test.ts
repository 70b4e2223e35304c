import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  attributesAfterReview,
  currentPlateOf,
  decide,
  plateAttributeNames,
} from '../../../../functions/core/record/review.ts';

const read = { status: 'READ', plate: '12거3456' } as const;
const noPlate = { status: 'NO_PLATE' } as const;
const by = 'kim';
const at = '2026-11-22T08:15:04.321Z';
const signature = { by, nowMs: Date.parse(at) };

describe('a person', () => {
  test('confirms, corrects and rejects a read under a name and a time', () => {
    assert.deepEqual(decide(read, { kind: 'confirm' }, signature), {
      kind: 'review',
      review: { decision: 'confirmed', by, at },
    });
    assert.deepEqual(decide(read, { kind: 'correct', plate: ' 12가  3456' }, signature), {
      kind: 'review',
      review: { decision: 'corrected', plate: '12가 3456', by, at },
    });
    assert.deepEqual(decide(read, { kind: 'reject' }, signature), {
      kind: 'review',
      review: { decision: 'rejected', by, at },
    });
  });

  test('confirms a read by typing it again, whatever the blanks', () => {
    assert.deepEqual(decide(read, { kind: 'correct', plate: '12 거 3456' }, signature), {
      kind: 'review',
      review: { decision: 'confirmed', by, at },
    });
  });

  test('can type the letters of a syllable one by one', () => {
    assert.deepEqual(decide(read, { kind: 'correct', plate: '12ㄱㅏ3456' }, signature), {
      kind: 'review',
      review: { decision: 'corrected', plate: '12가3456', by, at },
    });
  });

  test('can name the plate that the reader did not find', () => {
    assert.deepEqual(decide(noPlate, { kind: 'correct', plate: '12가3456' }, signature), {
      kind: 'review',
      review: { decision: 'corrected', plate: '12가3456', by, at },
    });
  });

  test('takes back what was decided', () => {
    assert.deepEqual(decide(read, { kind: 'reopen' }, signature), { kind: 'review', review: undefined });
  });
});

describe('nothing can be decided', () => {
  for (const kind of ['confirm', 'reject'] as const) {
    test(`by ${kind} about a picture without a read`, () => {
      assert.deepEqual(decide(noPlate, { kind }, signature), { kind: 'fault', fault: 'no-read' });
    });
  }

  test('about a picture that is not read yet, or is no picture', () => {
    for (const status of ['PENDING', 'REJECTED', 'GONE', 'UNAVAILABLE', 'UNREADABLE'] as const) {
      const decided = decide({ status }, { kind: 'correct', plate: '12가3456' }, signature);
      assert.deepEqual(decided, { kind: 'fault', fault: 'no-read' }, status);
    }
  });

  test('with a text in which nothing is left to search for', () => {
    for (const plate of ['', '  ', '-', '·']) {
      assert.deepEqual(decide(read, { kind: 'correct', plate }, signature), {
        kind: 'fault',
        fault: 'no-plate',
      });
    }
  });
});

describe('after a review', () => {
  const after = (review: Parameters<typeof attributesAfterReview>[1]) => attributesAfterReview(read, review);

  test('a corrected plate is the one that is searched and judged', () => {
    const attributes = after({ decision: 'corrected', plate: '서울 12바 5215', by, at });
    const { plateKey, lastFour, plateClass, region, verdict, needsReview } = attributes;
    assert.deepEqual(
      { plateKey, lastFour, plateClass, region, verdict, needsReview },
      {
        plateKey: '서울12바5215',
        lastFour: '5215',
        plateClass: 'commercial',
        region: '서울',
        verdict: 'valid',
        needsReview: false,
      },
    );
  });

  test('a confirmed read keeps its attributes, and needs no review even where the rules doubt it', () => {
    const attributes = attributesAfterReview({ plate: '123바4567' }, { decision: 'confirmed', by, at });
    const { verdict, plateKey, needsReview, reviewState } = attributes;
    assert.deepEqual(
      [verdict, plateKey, needsReview, reviewState],
      ['suspect', '123바4567', false, undefined],
    );
  });

  test('a rejected read is not found by its plate', () => {
    const attributes = after({ decision: 'rejected', by, at });
    assert.deepEqual(
      [attributes.plateKey, attributes.lastFour, attributes.needsReview, attributes.reviewState],
      [undefined, undefined, false, undefined],
    );
  });

  test('that is taken back, a read is open again', () => {
    const attributes = after(undefined);
    assert.deepEqual(
      [attributes.plateKey, attributes.needsReview, attributes.reviewState],
      ['12거3456', true, 'OPEN'],
    );
    assert.deepEqual(attributesAfterReview({}, undefined), {});
  });

  test('no other attribute is written than those that follow from the plate', () => {
    for (const plate of ['12가3456', '서울12바5215', '바5215', '012가3456', '12가345O', 'nonsense']) {
      const names: readonly string[] = Object.keys(attributesAfterReview({ plate }, undefined));
      assert.deepEqual(
        names.filter((name) => !plateAttributeNames.some((known) => known === name)),
        [],
      );
    }
  });
});

test('the plate that counts is the corrected one, else the read', () => {
  assert.equal(currentPlateOf({ plate: '12거3456' }), '12거3456');
  assert.equal(
    currentPlateOf({ plate: '12거3456', review: { decision: 'corrected', plate: '12가3456', by, at } }),
    '12가3456',
  );
  assert.equal(currentPlateOf({ plate: '12거3456', review: { decision: 'confirmed', by, at } }), '12거3456');
});
