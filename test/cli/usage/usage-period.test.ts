import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { daysOf } from '../../../cli/aws/usage-items.ts';
import { monthProgress, parseUsagePeriod } from '../../../cli/usage/usage-period.ts';

/** 22 November in Korea, 21 November in UTC. */
const nowMs = Date.parse('2026-11-22T00:30:00+09:00');

describe('the period is', () => {
  for (const [options, period] of [
    [{}, { firstDay: '2026-11-01', lastDay: '2026-11-22', month: '2026-11' }],
    [{ month: '2026-10' }, { firstDay: '2026-10-01', lastDay: '2026-10-31', month: '2026-10' }],
    [{ month: '2024-02' }, { firstDay: '2024-02-01', lastDay: '2024-02-29', month: '2024-02' }],
    [{ month: '2025-12' }, { firstDay: '2025-12-01', lastDay: '2025-12-31', month: '2025-12' }],
    [
      { since: '2026-11-03', until: '2026-11-05' },
      { firstDay: '2026-11-03', lastDay: '2026-11-05' },
    ],
    [{ since: '2026-11-20' }, { firstDay: '2026-11-20', lastDay: '2026-11-22' }],
    [{ since: '1d' }, { firstDay: '2026-11-21', lastDay: '2026-11-22' }],
    [
      { since: '2026-11-20', until: '2026-12-31' },
      { firstDay: '2026-11-20', lastDay: '2026-11-22' },
    ],
  ] as const) {
    test(`${period.firstDay} to ${period.lastDay} for ${JSON.stringify(options)}`, () => {
      assert.deepEqual(parseUsagePeriod(options, nowMs), { kind: 'period', period });
    });
  }
});

describe('not a period:', () => {
  for (const [options, message] of [
    [{ month: '2026-13' }, /^--month is not a month: 2026-13\./],
    [{ month: 'November' }, /^--month is not a month: November\./],
    [{ month: '2026-12' }, /^--month is in the future: 2026-12\.$/],
    [{ month: '2026-10', since: '2026-10-03' }, /^--month cannot be combined with --since or --until\.$/],
    [{ until: '2026-11-05' }, /^--until needs --since\.$/],
    [{ since: '2026-11-05', until: '2026-11-03' }, /^--since is later than --until\.$/],
    [{ since: '2026-11-23' }, /^--since is in the future\.$/],
    [{ since: '2026-02-30' }, /2026-02-30/],
    [{ since: '2024-01-01' }, /^The period has more than 400 days\.$/],
  ] as const) {
    test(JSON.stringify(options), () => {
      const parsed = parseUsagePeriod(options, nowMs);
      assert.match(parsed.kind === 'fault' ? parsed.message : 'none', message);
    });
  }
});

test('the days of a period continue in the next month', () => {
  assert.deepEqual(daysOf({ firstDay: '2026-10-30', lastDay: '2026-11-02' }), [
    '2026-10-30',
    '2026-10-31',
    '2026-11-01',
    '2026-11-02',
  ]);
});

test('a month begins at midnight in Korea and includes the fraction of today', () => {
  assert.deepEqual(monthProgress('2026-11', Date.parse('2026-11-21T12:00:00+09:00')), {
    daysPassed: 20.5,
    daysInMonth: 30,
  });
  assert.deepEqual(monthProgress('2026-10', nowMs), { daysPassed: 31, daysInMonth: 31 });
});
