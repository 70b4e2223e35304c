import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { countIndexWrites } from './index-writes.ts';

const indexes = [
  {
    IndexName: 'byPlate',
    KeySchema: [
      { AttributeName: 'plateKey', KeyType: 'HASH' as const },
      { AttributeName: 'capturedAt', KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  },
];
const pending = { imageId: { S: 'one' }, capturedAt: { S: '08:15' } };
const read = { ...pending, plateKey: { S: '123가4567' } };

describe('index writes', () => {
  test('an item without the index key costs no index write', () => {
    assert.equal(countIndexWrites(indexes, undefined, pending), 0);
  });

  test('an item that enters an index costs one', () => {
    assert.equal(countIndexWrites(indexes, pending, read), 1);
  });

  test('an item that changes without moving costs one', () => {
    assert.equal(countIndexWrites(indexes, read, { ...read, confidence: { N: '0.9' } }), 1);
  });

  test('an item that moves within an index costs two, as DynamoDB removes the old entry and writes a new one', () => {
    assert.equal(countIndexWrites(indexes, read, { ...read, capturedAt: { S: '08:16' } }), 2);
  });
});
