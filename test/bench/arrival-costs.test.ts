import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'vitest';
import { arrivalCostTable, monthCosts, totalOf } from './arrival-costs.ts';
import { runMapping } from './event-source-mapping.ts';
import { defaultStageParts } from './stage-parts.ts';

const mapping = { batchSize: 10, maximumConcurrency: 10, windowSeconds: 0, durationSeconds: () => 0.45 };
const meanBatch = (batches: readonly number[]) =>
  batches.reduce((sum, batch) => sum + batch, 0) / batches.length;

describe('an event source mapping without a window', () => {
  test('invokes with one picture where ten invocations keep up, and at once', () => {
    const { batches, waitsSeconds } = runMapping(100_000, 5_000, mapping);
    assert.ok(meanBatch(batches) < 1.01);
    assert.ok(Math.max(...waitsSeconds) < 0.1);
  });

  test('fills its batches where ten invocations of one picture would not keep up', () => {
    // Ten invocations of 0.45 s each are 22 a second, so 100 pictures a second must share them.
    const { batches } = runMapping(100 * 86_400, 20_000, mapping);
    assert.ok(meanBatch(batches) > 4);
  });

  test('asks an empty queue five times in 20 seconds', () => {
    const { emptyReceives, seconds } = runMapping(10, 100, mapping);
    assert.ok(Math.abs(emptyReceives / seconds - 5 / 20) < 0.01);
  });
});

describe('an event source mapping with a window', () => {
  test('invokes after the window at the latest', () => {
    const { waitsSeconds } = runMapping(100_000, 5_000, { ...mapping, windowSeconds: 5 });
    assert.ok(Math.max(...waitsSeconds) <= 5 + 1e-6);
  });

  test('waits up to 20 seconds for very few pictures, whatever the window', () => {
    const { waitsSeconds } = runMapping(100, 500, { ...mapping, windowSeconds: 5 });
    assert.ok(Math.max(...waitsSeconds) > 19);
  });

  test('never has more than ten invocations at once', () => {
    const { batches, seconds } = runMapping(1000 * 86_400, 50_000, { ...mapping, windowSeconds: 1 });
    assert.ok((batches.length * 0.45) / seconds <= 10);
  });

  test('delivers every message once', () => {
    const { batches } = runMapping(1_000_000, 5_000, { ...mapping, windowSeconds: 5 });
    assert.equal(
      batches.reduce((sum, batch) => sum + batch, 0),
      5_000,
    );
  });
});

const root = path.resolve(import.meta.dirname, '../..');

test('docs/scale.md states the costs that the model of the mapping gives for the template', async () => {
  const page = await readFile(path.join(root, 'docs/scale.md'), 'utf8');
  const table = arrivalCostTable(await defaultStageParts());
  assert.ok(
    page.includes(`\n\n${table}\n\n`),
    `The costs have changed; node test/bench/write-arrival-costs.ts writes them:\n${table}`,
  );
});

test('README states the same costs within a tenth', async () => {
  const page = await readFile(path.join(root, 'README.md'), 'utf8');
  const stage = await defaultStageParts();
  const rows = [...page.matchAll(/^\| ([\d,]+) \| ([\d,]+)/gm)];
  assert.ok(rows.length >= 2);
  for (const [, pictures = '', dollars = ''] of rows) {
    const stated = Number(dollars.replaceAll(',', ''));
    const computed = totalOf(monthCosts(Number(pictures.replaceAll(',', '')), 0, stage));
    assert.ok(Math.abs(stated / computed - 1) < 0.1, `${pictures} pictures a day cost ${computed} USD`);
  }
});
