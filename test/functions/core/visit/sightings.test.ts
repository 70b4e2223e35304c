import assert from 'node:assert/strict';
import { test } from 'vitest';
import { parseRecord } from '../../../../functions/core/record/parse-record.ts';
import { sightingsOf } from '../../../../functions/core/visit/sightings.ts';
import { agreedPlateOf, isCertain, mergeVisits, visitOf } from '../../../../functions/core/visit/visit.ts';
import { recordOf } from '../../../cli/put-items.ts';

const signature = { by: 'kim', at: '2026-11-22T06:00:00.000Z' };
const read = recordOf('gate/1.jpg', {
  plate: '12거3456',
  plateKey: '12거3456',
  confidence: 0.4,
  needsReview: true,
});
const best = { plate: '12거3456', confidence: 0.4, box: read.box };
const parked = { plate: '34나5678', confidence: 0.3, box: read.box };
const keysOf = (change: Readonly<Record<string, unknown>>) =>
  sightingsOf(parseRecord({ ...read, plates: [best, parked], ...change })).map(({ plateKey }) => plateKey);

test('every plate of a picture is seen', () => {
  assert.deepEqual(keysOf({}), ['12거3456', '34나5678']);
});

test('what a person corrected is seen in place of the read, and the other plates still are', () => {
  const review = { decision: 'corrected', plate: '12가 3456', ...signature };
  assert.deepEqual(keysOf({ plateKey: '12가3456', review }), ['34나5678', '12가3456']);
});

test('a plate that the reader did not find is seen when a person names it', () => {
  const review = { decision: 'corrected', plate: '12가3456', ...signature };
  const { imageId, bucket, key, camera, capturedAt, uploadedAt } = read;
  const found = { imageId, bucket, key, camera, capturedAt, uploadedAt };
  const record = parseRecord({ ...found, status: 'NO_PLATE', plateKey: '12가3456', review });
  assert.deepEqual(
    sightingsOf(record).map(({ plateKey, isReviewed }) => [plateKey, isReviewed]),
    [['12가3456', true]],
  );
});

test('a rejected read is not seen', () => {
  assert.deepEqual(keysOf({ review: { decision: 'rejected', ...signature } }), ['34나5678']);
});

test('a plate that a person named is that of the visit, whatever more reads say', () => {
  const [wrong, , ...none] = sightingsOf(parseRecord({ ...read, plates: [best, parked] }));
  const review = { decision: 'corrected', plate: '12가3456', ...signature };
  const [corrected] = sightingsOf(parseRecord({ ...read, plates: [best], plateKey: '12가3456', review }));
  assert.ok(wrong && corrected && none.length === 0);
  const visits = ['a', 'b', 'c'].map((readId) => visitOf('gate', 'none', { ...wrong, readId }));
  const merged = visits.reduce(mergeVisits);
  assert.equal(agreedPlateOf(merged).plateKey, '12거3456');
  const reviewed = mergeVisits(merged, visitOf('gate', 'none', corrected));
  assert.equal(agreedPlateOf(reviewed).plateKey, '12가3456');
  assert.equal(isCertain(reviewed), true);
});
