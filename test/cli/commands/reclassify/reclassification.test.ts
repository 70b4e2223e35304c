import assert from 'node:assert/strict';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, test } from 'vitest';
import { plateAttributes } from '../../../../functions/core/record/build-record.ts';
import { parseRecord } from '../../../../functions/core/record/parse-record.ts';
import type { PictureRecord } from '../../../../functions/core/record/record.ts';
import { createReclassificationTally } from '../../../../cli/commands/reclassify/reclassification-tally.ts';
import { changesOf } from '../../../../cli/commands/reclassify/reclassification.ts';
import { recordOf } from '../../put-items.ts';

const readingWith = (attributes: Readonly<Record<string, unknown>> = {}): PictureRecord =>
  parseRecord(unmarshall(marshall(recordOf('gate/1.jpg', attributes), { removeUndefinedValues: true })));
const plates = ['12가3456', '서울12바5215', '바5215', '012가3456', '12가345O', 'nonsense', '-'];
const classified = (plate: string, confidence = 0.91, reviewBelowConfidence = 0.8) =>
  readingWith({
    plate,
    confidence,
    plateKey: undefined,
    ...plateAttributes({ plate, confidence }, reviewBelowConfidence),
  });

describe('nothing changes in', () => {
  for (const plate of plates) {
    test(`${plate}, classified by the current rules`, () => {
      assert.deepEqual(changesOf(classified(plate), 0.8), []);
    });
  }

  test('a picture without a plate', () => {
    const record = readingWith({ status: 'NO_PLATE', plate: undefined, confidence: undefined });
    assert.deepEqual(changesOf(record, 0.8), []);
  });
});

test('a read without classification gets all attributes', () => {
  for (const plate of plates) {
    const read = { plate, confidence: 0.91 };
    const changes = changesOf(readingWith({ ...read, plateKey: undefined }), 0.8);
    assert.deepEqual(
      Object.fromEntries(changes.map(({ attribute, after }) => [attribute, after])),
      plateAttributes(read, 0.8),
    );
  }
});

test('attributes that the rules no longer give are removed', () => {
  const record = { ...classified('12가3456'), region: '서울', plateFaults: ['a fault'] };
  assert.deepEqual(changesOf(record, 0.8), [
    { attribute: 'region', before: '서울', after: undefined },
    { attribute: 'plateFaults', before: ['a fault'], after: undefined },
  ]);
});

describe('without a threshold of confidence', () => {
  test('needsReview stays the same, whatever the earlier threshold was', () => {
    assert.deepEqual(changesOf(classified('12가3456', 0.85, 0.9), undefined), []);
    assert.deepEqual(changesOf(classified('12가3456', 0.75, 0.7), undefined), []);
  });

  test('a read that is no longer valid needs review', () => {
    const record = { ...classified('nonsense'), verdict: 'valid', needsReview: false } as const;
    assert.deepEqual(
      changesOf(record, undefined).find(({ attribute }) => attribute === 'needsReview'),
      { attribute: 'needsReview', before: false, after: true },
    );
  });

  test('a read without classification gets the default threshold', () => {
    assert.deepEqual(
      changesOf(readingWith({ confidence: 0.79 }), undefined).find(
        ({ attribute }) => attribute === 'needsReview',
      ),
      { attribute: 'needsReview', before: undefined, after: true },
    );
  });
});

test('a record of an earlier version that needs review gets its place in the index of open reviews', () => {
  const record = { ...classified('12가3456'), needsReview: true };
  assert.deepEqual(changesOf(record, undefined), [
    { attribute: 'reviewState', before: undefined, after: 'OPEN' },
  ]);
});

test('another threshold of confidence changes needsReview', () => {
  assert.deepEqual(changesOf(classified('12가3456', 0.85), 0.9), [
    { attribute: 'needsReview', before: false, after: true },
    { attribute: 'reviewState', before: undefined, after: 'OPEN' },
  ]);
});

describe('a tally', () => {
  const change = (attribute: 'plateClass' | 'rulesVersion', before: string | undefined, after: string) => ({
    attribute,
    before,
    after,
  });

  test('counts reads, attributes and classes, the most frequent first', () => {
    const tally = createReclassificationTally();
    tally.add(readingWith(), []);
    tally.add(readingWith(), [change('rulesVersion', '1', '2')]);
    tally.add(readingWith(), [change('plateClass', undefined, 'private')]);
    for (let count = 0; count < 2; count += 1) {
      tally.add(readingWith(), [
        change('rulesVersion', '1', '2'),
        change('plateClass', 'regional', 'parcel'),
      ]);
    }
    const { reads, changed, attributes, classes } = tally.summary();
    assert.deepEqual([reads, changed], [5, 4]);
    assert.deepEqual(
      { attributes, classes },
      {
        attributes: [
          { attribute: 'rulesVersion', records: 3 },
          { attribute: 'plateClass', records: 3 },
        ],
        classes: [
          { before: 'regional', after: 'parcel', records: 2 },
          { before: 'none', after: 'private', records: 1 },
        ],
      },
    );
  });

  test('keeps a few examples of changes other than the version of the rules', () => {
    const tally = createReclassificationTally();
    tally.add(readingWith(), [change('rulesVersion', '1', '2')]);
    const changes = [change('plateClass', 'regional', 'parcel')];
    for (let count = 0; count < 100; count += 1) {
      tally.add(readingWith(), [...changes, change('rulesVersion', '1', '2')]);
    }
    assert.deepEqual(
      tally.summary().examples,
      Array.from({ length: 3 }, () => ({
        imageId: 's3://pictures/gate/1.jpg?etag=0123',
        plate: '12가3456',
        changes,
      })),
    );
  });
});
