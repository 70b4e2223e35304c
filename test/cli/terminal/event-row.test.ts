import assert from 'node:assert/strict';
import { test } from 'vitest';
import { eventRow } from '../../../cli/terminal/event-row.ts';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { degradedEvent, matchedEvent, readingEvent, silentEvent } from '../../fakes/events.ts';

const { read } = matchedEvent().data;
const { data, ...envelope } = matchedEvent();
const visit = {
  plate: '12가3456',
  visitId: data.visitId,
  site: 'home',
  cameras: ['gate-in', 'gate-out'],
  firstSeen: '2026-11-22T08:15:00.000Z',
  lastSeen: '2026-11-22T08:20:00.000Z',
  reads: 3,
  best: read,
};

const rows: Readonly<Record<string, readonly [PlatelineEvent, RegExp]>> = {
  'a read': [readingEvent(), /^2026-11-22 17:15:00 {2}reading\.final +gate-north +12가3456 +READ 0\.90$/],
  'the end of a visit': [
    { ...envelope, type: 'visit.ended', data: visit },
    /visit\.ended +home +12가3456 +3 reads since 2026-11-22 17:15:00: gate-in, gate-out$/,
  ],
  'a visit that joins another': [
    { ...envelope, type: 'visit.ended', data: { ...visit, mergedInto: 'visit-2' } },
    /visit\.ended +home +12가3456 +part of another visit$/,
  ],
  'the start of a visit': [
    { ...envelope, type: 'visit.started', data: visit },
    /visit\.started +home +12가3456 +gate-in, gate-out$/,
  ],
  'a read that is similar to an entry': [
    matchedEvent({ entry: { plate: '12거3456', note: 'unpaid' } }),
    /12가3456 +on the list blocked as 12거3456: unpaid$/,
  ],
  'a stranger whose plate is hashed': [
    matchedEvent({
      list: 'residents',
      kind: 'unlisted',
      read: { ...read, plate: undefined, plateHash: '0123456789abcdef' },
    }),
    /gate-north +#01234567 +not on the list residents$/,
  ],
  'a camera that reads worse than usual': [
    degradedEvent(),
    /camera\.degraded +gate-north +30 of 40 without a plate, usually 6 %$/,
  ],
  'a silent camera': [silentEvent(), /camera\.silent +gate-north +no picture since 2026-11-22 17:15:00$/],
};

for (const [what, [event, wanted]] of Object.entries(rows)) {
  test(`${what} is one line`, () => {
    assert.match(eventRow(event), wanted);
  });
}
