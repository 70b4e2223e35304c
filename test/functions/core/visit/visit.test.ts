import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  parseSiteSettings,
  placeOf,
  silenceRuleOf,
  type SiteSettings,
} from '../../../../functions/core/visit/site-settings.ts';
import { isQuiet, mergeSameVisits, newTrackedVisit } from '../../../../functions/core/visit/site-visits.ts';
import { agreedPlateOf, isCertain, visitOf, type Sighting } from '../../../../functions/core/visit/visit.ts';

const parsed = parseSiteSettings({ sites: { gate: { in: 'entry', out: 'exit', yard: 'none' } } });
assert.equal(parsed.kind, 'settings');
const settings: SiteSettings = parsed.settings;
const start = Date.parse('2026-11-22T00:00:00.000Z');

const sighting = (minutes: number, plateKey: string, change: Partial<Sighting> = {}): Sighting => ({
  readId: `${plateKey}@${minutes}`,
  imageId: `s3://pictures/${plateKey}-${minutes}.jpg?etag=1`,
  camera: 'yard',
  capturedAt: new Date(start + 60_000 * minutes).toISOString(),
  plate: plateKey,
  plateKey,
  confidence: 0.9,
  needsReview: false,
  ...change,
});

const visitsOf = (reads: readonly Sighting[]) =>
  mergeSameVisits(
    reads.map((read) => newTrackedVisit(visitOf('gate', placeOf(settings, read.camera).role, read), start)),
    settings,
  ).visits.map(({ visit }) => visit);

const only = (reads: readonly Sighting[]) => {
  const [visit, ...others] = visitsOf(reads);
  assert.ok(visit);
  assert.deepEqual(others, []);
  return visit;
};

describe('a visit', () => {
  test('is one for a car that passes several cameras of a site', () => {
    const visit = only([
      sighting(0, '12가3456', { camera: 'in' }),
      sighting(2, '12가3456'),
      sighting(4, '12가3456', { camera: 'out' }),
    ]);
    assert.deepEqual(visit.cameras, ['in', 'out', 'yard']);
    assert.equal(visit.enteredAt, visit.firstSeen);
    assert.equal(visit.leftAt, visit.lastSeen);
    assert.equal(visit.reads, 3);
  });

  test('is one for a parked car that is photographed all day', () => {
    const visit = only(Array.from({ length: 480 }, (_, index) => sighting(3 * index, '12가3456')));
    assert.equal(visit.reads, 480);
    assert.equal(visit.lastSeen, '2026-11-22T23:57:00.000Z');
  });

  test('ends where no read of the car follows for the gap', () => {
    assert.equal(visitsOf([sighting(0, '12가3456'), sighting(5, '12가3456')]).length, 1);
    assert.equal(visitsOf([sighting(0, '12가3456'), sighting(5.01, '12가3456')]).length, 2);
  });

  test('does not mix two cars', () => {
    assert.equal(visitsOf([sighting(0, '12가3456'), sighting(0, '34나7890')]).length, 2);
  });

  test('takes the text that two reads agree on, not the one with most confidence', () => {
    const agreed = agreedPlateOf(
      only([
        sighting(0, '12하3456', { confidence: 0.99 }),
        sighting(1, '12허3456', { confidence: 0.6 }),
        sighting(2, '12허3456', { confidence: 0.7 }),
      ]),
    );
    assert.equal(agreed.plateKey, '12허3456');
    assert.equal(agreed.best.confidence, 0.7);
  });

  test('takes the whole plate, though most reads lost its upper line', () => {
    const reads = [0, 1, 2, 3].map((minutes) => sighting(minutes, '바5215', { needsReview: true }));
    const agreed = agreedPlateOf(only([...reads, sighting(4, '서울12바5215')]));
    assert.equal(agreed.plateKey, '서울12바5215');
    assert.equal(agreed.support, 5);
  });

  test('is certain with one good read or two that agree', () => {
    const weak = (minutes: number) => sighting(minutes, '12가3456', { needsReview: true });
    assert.equal(isCertain(only([weak(0)])), false);
    assert.equal(isCertain(only([weak(0), weak(1)])), true);
    assert.equal(isCertain(only([sighting(0, '12가3456')])), true);
  });

  test('is quiet when the gap has passed since its last read arrived', () => {
    const [tracked] = [newTrackedVisit(visitOf('gate', 'none', sighting(0, '12가3456')), start)];
    assert.equal(isQuiet(tracked, settings, start + settings.visitGapMs - 1), false);
    assert.equal(isQuiet(tracked, settings, start + settings.visitGapMs), true);
  });

  const anyRead = fc.record({
    minutes: fc.integer({ min: 0, max: 40 }),
    plate: fc.constantFrom(
      '12가3456',
      '12거3456',
      '12가3457',
      '바5215',
      '서울12바5215',
      '서울12배5215',
      '77나0001',
    ),
    confidence: fc.constantFrom(0.5, 0.9),
    camera: fc.constantFrom('in', 'out', 'yard'),
    copy: fc.integer({ min: 0, max: 99 }),
  });

  test('depends on its reads only, in whatever order they arrive and however they are merged before', () => {
    const order = fc.tuple(
      fc.array(anyRead, { maxLength: 14 }),
      fc.array(fc.nat(), { minLength: 14, maxLength: 14 }),
      fc.nat(14),
    );
    fc.assert(
      fc.property(order, ([anyReads, keys, cut]) => {
        const reads = anyReads.map(({ minutes, plate, copy, ...rest }, index) =>
          sighting(minutes, plate, { ...rest, readId: `${index}-${copy}` }),
        );
        const shuffled = reads
          .map((read, index) => ({ read, key: keys[index] ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ read }) => read);
        const tracked = (some: readonly Sighting[]) =>
          some.map((read) =>
            newTrackedVisit(visitOf('gate', placeOf(settings, read.camera).role, read), start),
          );
        const early = mergeSameVisits(tracked(shuffled.slice(0, cut)), settings);
        const inTwoSteps = mergeSameVisits([...early.visits, ...tracked(shuffled.slice(cut))], settings);
        const sorted = (visits: readonly object[]) =>
          visits.map((visit) => JSON.stringify({ ...visit, visitId: '' })).toSorted();
        assert.deepEqual(sorted(inTwoSteps.visits.map(({ visit }) => visit)), sorted(visitsOf(reads)));
      }),
    );
  });
});

describe('the settings of sites', () => {
  test('may be empty: then each camera is a site of its own', () => {
    const empty = parseSiteSettings(null);
    assert.equal(empty.kind, 'settings');
    assert.deepEqual(placeOf(empty.settings, 'gate'), { site: 'gate', role: 'none' });
  });

  test('make a camera silent after a day, unless they say otherwise of all cameras or of one', () => {
    const silentMsOf = (content: unknown, camera: string) => {
      const read = parseSiteSettings(content);
      assert.equal(read.kind, 'settings');
      return silenceRuleOf(read.settings, camera).silentMs;
    };
    const content = { cameraSilentSeconds: 3600, silentSecondsByCamera: { yard: 0 } };
    assert.equal(silentMsOf({}, 'in'), 86_400_000);
    assert.equal(silentMsOf(content, 'in'), 3_600_000);
    assert.equal(silentMsOf(content, 'yard'), 0);
  });

  for (const [content, sentence] of [
    [{ visitGapSeconds: 5 }, 'visitGapSeconds must be a whole number from 10 to 86400.'],
    [{ samePlateDistance: 'far' }, 'samePlateDistance must be a number from 0 to 2.'],
    [{ sites: { gate: { in: 'way in' } } }, 'sites.gate.in must be entry, exit or none.'],
    [{ cameraSilentSeconds: 60 }, 'cameraSilentSeconds must be 0 or a whole number from 300 to 2592000.'],
    [
      { silentSecondsByCamera: { in: 'never' } },
      'silentSecondsByCamera.in must be 0 or a whole number from 300 to 2592000.',
    ],
    [{ gap: 5 }, 'gap is no setting of a site.'],
    [{ sites: { a: { in: 'entry' }, b: { in: 'exit' } } }, 'The camera in is at two sites, a and b.'],
    [{ sites: { 'a#b': {} } }, 'sites.a#b must have 1 to 100 characters, without #.'],
  ] as const) {
    test(`refuse ${JSON.stringify(content)} in a sentence`, () => {
      assert.deepEqual(parseSiteSettings(content), { kind: 'faults', faults: [sentence] });
    });
  }
});
