import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { awsMonthDollars } from '../../../cli/usage/aws-cost.ts';

/** The rows of the table in docs/scale.md without a batching window: pictures a day, and USD a month. */
const rows = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| [\d,]+ \| 0 s \|/.test(line))
  .map((line) => line.split('|').map((cell) => Number(cell.trim().replaceAll(',', ''))))
  .map((cells) => ({ picturesADay: cells[1] ?? NaN, dollars: cells[13] ?? NaN }));

test('the cost of a month is that of the table in docs/scale.md, to a tenth', () => {
  assert.deepEqual(
    rows.map(({ picturesADay }) => picturesADay),
    [10, 1_000, 100_000, 1_000_000],
  );
  for (const { picturesADay, dollars } of rows) {
    const estimate = awsMonthDollars(picturesADay * 30, 30);
    assert.ok(Math.abs(estimate / dollars - 1) < 0.12, `${picturesADay} a day: ${estimate}, not ${dollars}`);
  }
});
