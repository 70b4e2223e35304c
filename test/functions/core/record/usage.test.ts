import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Outcome, PictureReport } from '../../../../functions/core/record/outcome.ts';
import { koreaDayOf, usageOf } from '../../../../functions/core/record/usage.ts';
import { box } from '../../../fakes/scripted-endpoint.ts';

const nowMs = Date.parse('2026-11-22T08:15:00.000Z');
const reason = { code: 'CODE', message: 'A sentence.' };
const none = {
  pictures: 0,
  reads: 0,
  noPlates: 0,
  unreadable: 0,
  rejected: 0,
  gone: 0,
  unavailable: 0,
  calls: 0,
  capturedAtFaults: 0,
  keysNotMatched: 0,
};
const read: Outcome = { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.93, box }] };

function report(outcome: Outcome, calls: number, camera = 'gate'): PictureReport {
  return { outcome, calls, camera, latenciesMs: [] };
}

describe('a picture whose final record was written counts as one, and as what it is:', () => {
  for (const [outcome, counter] of [
    [read, 'reads'],
    [{ kind: 'no-plate', reason }, 'noPlates'],
    [{ kind: 'unreadable', reason }, 'unreadable'],
    [{ kind: 'rejected', reason }, 'rejected'],
    [{ kind: 'gone', reason }, 'gone'],
    [{ kind: 'unavailable', reason }, 'unavailable'],
  ] as const) {
    test(outcome.kind, () => {
      assert.deepEqual(usageOf([report(outcome, 0)], nowMs), [
        { day: '2026-11-22', camera: 'gate', counts: { ...none, pictures: 1, [counter]: 1 } },
      ]);
    });
  }
});

describe('no picture is counted, but the calls that were paid for are, where it', () => {
  for (const outcome of [
    { kind: 'wait', reason },
    { kind: 'misconfigured', reason },
    { kind: 'duplicate' },
  ] satisfies Outcome[]) {
    test(`ended as ${outcome.kind}`, () => {
      assert.deepEqual(
        usageOf([report(outcome, 2)], nowMs).map(({ counts }) => counts),
        [{ ...none, calls: 2 }],
      );
    });
  }
});

test('a capture time that is not believed, and a key that does not match, count with the final record', () => {
  const capturedAtFault = { code: 'UNREADABLE', source: 'metadata', text: 'noon' } as const;
  const doubted = { ...report(read, 1), capturedAtFault, keyNotMatched: true as const };
  const waiting = { ...doubted, outcome: { kind: 'wait', reason } as const };
  assert.deepEqual(
    usageOf([doubted, report(read, 0), waiting], nowMs).map(({ counts }) => counts),
    [{ ...none, pictures: 2, reads: 2, calls: 2, capturedAtFaults: 1, keysNotMatched: 1 }],
  );
});

test('each camera has its own sums', () => {
  const reports = [report(read, 1, 'a'), report(read, 2, 'b'), report({ kind: 'gone', reason }, 0, 'a')];
  assert.deepEqual(usageOf(reports, nowMs), [
    { day: '2026-11-22', camera: 'a', counts: { ...none, pictures: 2, reads: 1, gone: 1, calls: 1 } },
    { day: '2026-11-22', camera: 'b', counts: { ...none, pictures: 1, reads: 1, calls: 2 } },
  ]);
});

test('a camera that had only duplicates is not counted at all', () => {
  assert.deepEqual(usageOf([report({ kind: 'duplicate' }, 0)], nowMs), []);
});

test('a camera whose pictures all wait is known by its zeros', () => {
  assert.deepEqual(usageOf([report({ kind: 'wait', reason }, 0)], nowMs), [
    { day: '2026-11-22', camera: 'gate', counts: none },
  ]);
});

test('a day begins at midnight in Korea', () => {
  assert.deepEqual(
    ['2026-11-22T14:59:59.999Z', '2026-11-22T15:00:00.000Z'].map((moment) => koreaDayOf(Date.parse(moment))),
    ['2026-11-22', '2026-11-23'],
  );
});

test('a final record counts in the hour of its capture in Korea, by what it is', () => {
  const at = (outcome: Outcome, capturedAt: string) => ({ ...report(outcome, 1), capturedAt });
  const reports = [
    at(read, '2026-11-21T15:00:00.000Z'),
    at(read, '2026-11-22T15:59:59.999Z'),
    at({ kind: 'no-plate', reason }, '2026-11-22T14:59:59.999Z'),
    at({ kind: 'unreadable', reason }, '2026-11-22T01:30:00.000Z'),
    at({ kind: 'rejected', reason }, '2026-11-22T01:30:00.000Z'),
  ];
  assert.deepEqual(
    usageOf(reports, nowMs).map(({ hours }) => hours),
    [{ reads00: 2, noPlates23: 1, unreadable10: 1 }],
  );
});
