import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import * as z from 'zod';
import { createEventBuilder } from '../../../../functions/core/event/build-event.ts';
import { eventTypes, platelineEvent, type PlatelineEvent } from '../../../../functions/core/event/event.ts';
import { pictureRecord } from '../../../../functions/core/record/record.ts';
import { visitOf, type Sighting } from '../../../../functions/core/visit/visit.ts';
import type { ListMatch } from '../../../../functions/core/watch-list/match-lists.ts';
import { recordOf } from '../../../cli/put-items.ts';

const read: Sighting = {
  readId: 'picture#0',
  imageId: 's3://pictures/day.jpg?etag=1',
  camera: 'gate',
  capturedAt: '2026-11-22T00:00:00.000Z',
  plate: '12 가 3456',
  plateKey: '12가3456',
  confidence: 0.9,
  needsReview: false,
};
const visit = visitOf('gate', 'entry', read);
const match: ListMatch = {
  list: 'blocked',
  kind: 'seen',
  read,
  entry: { plateKey: '12가3456', note: 'call the police' },
  distance: 0,
};
const silence = { camera: 'gate', lastPictureAt: '2026-11-22T00:00:00.000Z', silentMs: 3_600_000 };
const degradation = {
  camera: 'gate',
  from: 494_000,
  to: 494_001,
  counts: { reads: 5, noPlates: 10, unreadable: 20 },
  usualShare: 0.05,
};
const record = pictureRecord.parse(recordOf('day.jpg'));

const allEvents = (builder: ReturnType<typeof createEventBuilder>): PlatelineEvent[] =>
  [
    builder.readingFinal(record),
    builder.visitStarted(visit),
    builder.visitEnded(visit),
    builder.listMatched(visit, match),
    builder.cameraSilent('home', silence),
    builder.cameraDegraded('home', degradation),
  ].filter((event) => event !== undefined);

const plain = createEventBuilder('prod', { kind: 'plain' });
const hashed = createEventBuilder('prod', { kind: 'hash', hash: (plateKey) => `hash-${plateKey.length}` });

describe('an event', () => {
  test('of every type is a CloudEvent of the committed schema', () => {
    assert.deepEqual(
      allEvents(plain).map(({ type }) => type),
      eventTypes,
    );
    for (const event of [...allEvents(plain), ...allEvents(hashed)]) {
      assert.deepEqual(platelineEvent.parse(event), event);
      assert.equal(event.specversion, '1.0');
    }
  });

  test('has the same id on each repetition, and no two facts have the same', () => {
    const ids = allEvents(plain).map(({ id }) => id);
    assert.deepEqual(
      allEvents(plain).map(({ id }) => id),
      ids,
    );
    const later = { ...visit, reads: 2 };
    const more = [plain.visitEnded(later), plain.visitEnded(visit, 'other')].map(({ id }) => id);
    assert.equal(new Set([...ids, ...more]).size, ids.length + 2);
  });

  test('has no plate where only hashes are allowed', () => {
    for (const event of allEvents(hashed)) {
      assert.doesNotMatch(JSON.stringify(event), /가/);
      if (event.type.startsWith('camera.')) continue;
      assert.match(JSON.stringify(event), /"plateHash":"hash-7"/);
    }
  });

  test('of a silent camera has the time from which it counts as silent, and an id of that silence', () => {
    const event = plain.cameraSilent('home', silence);
    assert.equal(event.time, '2026-11-22T01:00:00.000Z');
    const next = plain.cameraSilent('home', { ...silence, lastPictureAt: '2026-11-23T00:00:00.000Z' });
    assert.notEqual(next.id, event.id);
  });

  test('of a degraded camera has its hours, its pictures and its usual share', () => {
    const event = plain.cameraDegraded('home', degradation);
    assert.equal(event.time, '2026-05-10T09:00:00.000Z');
    assert.deepEqual(event.data, {
      ...{ camera: 'gate', site: 'home', from: '2026-05-10T08:00:00.000Z', to: event.time },
      ...{ pictures: 35, noPlates: 10, unreadable: 20, usualShare: 0.05 },
    });
  });

  test('is not built for a record that is not final', () => {
    assert.equal(plain.readingFinal({ ...record, status: 'PENDING' }), undefined);
  });
});

test('the committed JSON Schema is that of the source', async () => {
  const committed: unknown = JSON.parse(await readFile('docs/events.schema.json', 'utf8'));
  assert.deepEqual(committed, z.toJSONSchema(platelineEvent));
});
